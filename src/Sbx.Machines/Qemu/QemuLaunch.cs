using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sbx.Machines.Accelerators;
using Sbx.Machines.Native;
using Sbx.Machines.Processes;

namespace Sbx.Machines.Qemu;

/// <summary>All that one start of QEMU needs. Opens the files, so that QEMU itself needs no access to their paths.</summary>
internal sealed record QemuLaunch
{
    /// <summary>Name for the pid file; decides the user id, too.</summary>
    public required string Id { get; init; }

    /// <summary>Which QEMU.</summary>
    public required QemuHost Host { get; init; }

    /// <summary>How it runs the guest.</summary>
    public required Accelerator Accelerator { get; init; }

    /// <summary>Size of the machine.</summary>
    public required MachineShape Shape { get; init; }

    /// <summary>Root image.</summary>
    public required string RootPath { get; init; }

    /// <summary>Writable disk.</summary>
    public required string DiskPath { get; init; }

    /// <summary>Records of running processes.</summary>
    public required PidFiles PidFiles { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Kernel and initial RAM file system to boot; null restores <see cref="StatePath"/>.</summary>
    public (string Kernel, string Initramfs)? Boot { get; init; }

    /// <summary>State to restore.</summary>
    public string? StatePath { get; init; }

    /// <summary>Memory file; null takes anonymous memory.</summary>
    public string? RamPath { get; init; }

    /// <summary>Whether the guest writes into the memory file (while a warm image is made).</summary>
    public bool SharedRam { get; init; }

    /// <summary>Opens all files into <paramref name="descriptors"/> and builds the command.</summary>
    /// <returns>The command and the number of the state's descriptor.</returns>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public (IReadOnlyList<string> Command, int? State) Prepare(QemuDescriptors descriptors, SafeHandle qmp, SafeHandle control, SafeHandle files)
    {
        var root = Open(descriptors, RootPath, FileAccess.Read);
        var disk = Open(descriptors, DiskPath, FileAccess.ReadWrite);
        var ram = RamPath is null ? null : Open(descriptors, RamPath, SharedRam ? FileAccess.ReadWrite : FileAccess.Read);
        var state = StatePath is null ? null : Open(descriptors, StatePath, FileAccess.Read);
        var kernel = Boot is { } boot ? Open(descriptors, Readable(boot.Kernel), FileAccess.Read) : null;
        var initramfs = Boot is { } same ? Open(descriptors, Readable(same.Initramfs), FileAccess.Read) : null;
        var endpoints = new QemuEndpoints
        {
            Qmp = descriptors.NumberOf(qmp),
            Control = descriptors.NumberOf(control),
            Files = descriptors.NumberOf(files),
            Root = descriptors.NumberOf(root),
            Disk = descriptors.NumberOf(disk),
            Ram = ram is null ? null : descriptors.PathOf(ram),
            SharedRam = SharedRam,
            Kernel = kernel is null ? null : descriptors.PathOf(kernel),
            Initramfs = initramfs is null ? null : descriptors.PathOf(initramfs),
        };
        IReadOnlyList<string> command =
        [
            .. Host.Confinement.Prefix(Id, Accelerator == Accelerator.Kvm ? KvmDevice.Group() : null),
            Host.Binary,
            .. QemuCommandLine.Build(Host.Version, Accelerator, Shape, endpoints),
        ];
        return (command, state is null ? null : descriptors.NumberOf(state));
    }

    // Sharing everything, because a lock of the framework would stay on the descriptor that QEMU inherits.
    private static SafeFileHandle Open(QemuDescriptors descriptors, string path, FileAccess access) =>
        descriptors.Add(File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete));

    // QEMU opens these two again by descriptor, as its own user; what they hold is public.
    private string Readable(string path)
    {
        if (OperatingSystem.IsWindows() || !Host.Confinement.DropsUser)
            return path;
        var mode = File.GetUnixFileMode(path);
        if (!mode.HasFlag(UnixFileMode.OtherRead))
            File.SetUnixFileMode(path, mode | UnixFileMode.OtherRead);
        return path;
    }
}
