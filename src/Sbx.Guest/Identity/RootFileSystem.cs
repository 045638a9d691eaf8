using System.Runtime.InteropServices;
using Sbx.Guest.Boot;
using Sbx.Guest.Native;

namespace Sbx.Guest.Identity;

/// <summary>The sandbox's root: the template below, the writable disk above. Entering it leaves the initial file system for good.</summary>
internal static class RootFileSystem
{
    private const string Disk = "/disk";
    private const string Root = "/root";
    private const nuint FlushBuffers = 0x1261;

    /// <summary>Mounts everything and makes it the root of this process. Returns a descriptor of the disk's root.</summary>
    public static int Enter()
    {
        var device = BlockDevices.Find(BlockDevices.DiskSerial);
        Flush(device);
        Mounts.MountNew(device, Disk, "ext4", Mounts.NoAccessTimes, "noinit_itable");
        var disk = Descriptor.Open(Disk, Libc.OReadOnly | Libc.ODirectory);
        Directory.CreateDirectory(Disk + "/upper");
        Directory.CreateDirectory(Disk + "/work");
        Mounts.MountNew("overlay", Root, "overlay", Mounts.NoAccessTimes, $"lowerdir={Machine.BaseDirectory},upperdir={Disk}/upper,workdir={Disk}/work");
        foreach (var name in (ReadOnlySpan<string>)["dev", "proc", "sys"])
        {
            Directory.CreateDirectory($"{Root}/{name}");
            Mounts.Mount("/" + name, $"{Root}/{name}", null, Mounts.Move);
        }

        KeepModules();
        SyscallException.Check(Libc.ChangeDirectory(Root), "chdir");
        Mounts.Mount(".", "/", null, Mounts.Move);
        SyscallException.Check(Libc.ChangeRoot("."), "chroot");
        SyscallException.Check(Libc.ChangeDirectory("/"), "chdir");
        MountInside();
        return disk;
    }

    // The warm image may hold blocks of the disk that it was baked with; this sandbox has another one.
    private static unsafe void Flush(string device)
    {
        var file = Descriptor.Open(device, Libc.OReadOnly);
        try
        {
            SyscallException.Check(Libc.IoControl(file, FlushBuffers, null), $"flush the buffers of {device}");
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    // So that modprobe works inside with the modules that were not loaded at boot.
    private static void KeepModules()
    {
        foreach (var release in Directory.EnumerateDirectories("/lib/modules"))
        {
            // The template's /lib is a link; through the new root it is resolved by hand.
            var target = $"{Root}/usr/lib/modules/{Path.GetFileName(release)}";
            try
            {
                Directory.CreateDirectory(target);
                Mounts.Mount(release, target, null, Mounts.Bind);
            }
            catch (IOException e)
            {
                BootLog.Write(e.Message);
            }
        }
    }

    private static unsafe void MountInside()
    {
        const ulong safe = Mounts.NoSetUid | Mounts.NoDevices;
        Mounts.MountNew("devpts", "/dev/pts", "devpts", Mounts.NoSetUid | Mounts.NoExecute, "gid=5,mode=620,ptmxmode=666");
        Mounts.MountNew("tmpfs", "/dev/shm", "tmpfs", safe, "mode=1777");
        Mounts.MountNew("tmpfs", "/run", "tmpfs", safe, "mode=755");
        Mounts.MountNew("cgroup2", "/sys/fs/cgroup", "cgroup2", safe | Mounts.NoExecute, "nsdelegate");
        Directory.CreateDirectory("/run/lock");
        Directory.CreateDirectory("/tmp");
        _ = Libc.ChangeMode("/run/lock", Convert.ToInt32("1777", 8));
        _ = Libc.ChangeMode("/tmp", Convert.ToInt32("1777", 8));
        foreach (var (link, target) in (ReadOnlySpan<(string, string)>)[
            ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2")])
        {
            if (Libc.SymbolicLinkAt(target, Libc.AtFdCwd, "/dev/" + link) < 0 && Marshal.GetLastPInvokeError() != Errno.EEXIST)
                throw SyscallException.Last($"link /dev/{link}");
        }

        // Everybody may open these; devtmpfs makes some of them root's own.
        foreach (var device in (ReadOnlySpan<string>)["fuse", "net/tun"])
            _ = Libc.ChangeMode("/dev/" + device, Convert.ToInt32("666", 8));
    }
}
