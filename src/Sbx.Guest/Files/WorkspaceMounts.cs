using System.Globalization;
using Sbx.Guest.Boot;
using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Files;

/// <summary>Mounts the host's file server once and each workspace from it at the path that it has on the host.</summary>
internal static class WorkspaceMounts
{
    private const string Staging = "/run/sbx-files";
    private const string ReadAheadKibibytes = "2048";

    /// <exception cref="SyscallException">The kernel or the file server refused.</exception>
    public static void Mount(int port, IReadOnlyList<WorkspaceMount> workspaces)
    {
        var device = MountStaging();
        FuseRelay.Start(device, port);
        ReadAhead();
        foreach (var workspace in workspaces)
            Bind(workspace);
        // The binds keep the file system; its root with the indices is of no use to the sandbox.
        SyscallException.Check(Libc.Unmount(Staging, Mounts.Detach), "detach the file server's root");
        Directory.Delete(Staging);
    }

    /// <summary>Mounts without a server and unmounts again.</summary>
    public static void Rehearse()
    {
        // Closing the device gives the file system up, so that nothing waits for an answer.
        _ = Libc.Close(MountStaging());
        SyscallException.Check(Libc.Unmount(Staging, Mounts.Detach), $"unmount {Staging}");
        Directory.Delete(Staging);
    }

    private static int MountStaging()
    {
        var device = Descriptor.Open("/dev/fuse", Libc.OReadWrite);
        SyscallException.Check(Libc.MakeDirectory(Staging, 0x1C0), $"make {Staging}");
        var options = string.Create(
            CultureInfo.InvariantCulture,
            $"fd={device},rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other,max_read={FuseRelay.MaxData}");
        Mounts.Mount("sbx", Staging, "fuse.sbx", Mounts.NoSetUid | Mounts.NoDevices | Mounts.NoAccessTimes, options);
        return device;
    }

    // The kernel's own 128 KiB leave the channel idle between two requests of a long read.
    private static void ReadAhead()
    {
        SyscallException.Check(Descriptor.TryStatus(Libc.AtFdCwd, Staging, 0, out var status) ? 0 : -1, $"look at {Staging}");
        var setting = string.Create(CultureInfo.InvariantCulture, $"/sys/class/bdi/{status.DeviceMajor}:{status.DeviceMinor}/read_ahead_kb");
        if (File.Exists(setting))
            File.WriteAllText(setting, ReadAheadKibibytes);
    }

    private static void Bind(WorkspaceMount workspace)
    {
        var source = $"{Staging}/{workspace.Index}";
        OpenWay(Path.GetDirectoryName(workspace.Path)!);
        if (workspace.IsFile)
        {
            if (!File.Exists(workspace.Path))
                File.WriteAllBytes(workspace.Path, []);
        }
        else
        {
            Directory.CreateDirectory(workspace.Path);
        }

        Mounts.Mount(source, workspace.Path, null, Mounts.Bind);
        if (workspace.ReadOnly)
            Mounts.Mount(null, workspace.Path, null, Mounts.Bind | Mounts.Remount | Mounts.ReadOnly | Mounts.NoSetUid | Mounts.NoDevices | Mounts.NoAccessTimes);
    }

    // The ordinary user must be able to walk to the workspace, also where the template keeps a parent shut (/root).
    private static void OpenWay(string directory)
    {
        const UnixFileMode search = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (directory == "/")
            return;
        OpenWay(Path.GetDirectoryName(directory)!);
        Directory.CreateDirectory(directory);
        var mode = File.GetUnixFileMode(directory);
        if ((mode & search) != search)
            File.SetUnixFileMode(directory, mode | search);
    }
}
