using Sbx.Guest.Boot;
using Sbx.Guest.Calls;
using Sbx.Guest.Native;

namespace Sbx.Guest.Power;

/// <summary>Brings the disk to a state that needs no repair.</summary>
internal static class FileSystems
{
    /// <summary>Writes everything out and makes the root and the disk read-only where nothing prevents it.</summary>
    public static void SyncAndFreeze(GuestState state)
    {
        if (state.DiskRoot < 0)
            return;
        _ = Libc.SyncFileSystem(state.DiskRoot);
        _ = Libc.Mount(null, "/", null, Mounts.Remount | Mounts.ReadOnly | Mounts.NoAccessTimes, null);
        if (Libc.Mount(null, $"/proc/self/fd/{state.DiskRoot}", null, Mounts.Remount | Mounts.ReadOnly | Mounts.NoAccessTimes, null) < 0)
            BootLog.Write(SyscallException.Last("remount the disk read-only").Message);
        _ = Libc.SyncFileSystem(state.DiskRoot);
    }
}
