using Sbx.Guest.Native;

namespace Sbx.Guest.Boot;

/// <summary>Mounting, with the flags of mount(2).</summary>
internal static class Mounts
{
    public const ulong ReadOnly = 1;
    public const ulong NoSetUid = 2;
    public const ulong NoDevices = 4;
    public const ulong NoExecute = 8;
    public const ulong Remount = 32;
    public const ulong NoAccessTimes = 1024;
    public const ulong Bind = 4096;
    public const ulong Move = 8192;
    public const int Detach = 2;

    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static void Mount(string? source, string target, string? type, ulong flags = 0, string? data = null) =>
        SyscallException.Check(Libc.Mount(source, target, type, flags, data), $"mount {type ?? source} on {target}");

    /// <summary>Makes the mount point when it is missing, then mounts.</summary>
    public static void MountNew(string source, string target, string type, ulong flags = 0, string? data = null)
    {
        Directory.CreateDirectory(target);
        Mount(source, target, type, flags, data);
    }
}
