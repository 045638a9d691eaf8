using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Freshness;

/// <summary>Constants of inotify(7).</summary>
internal static class INotify
{
    internal const int CloseOnExec = 0x80000;
    internal const int NonBlocking = 0x800;

    internal const uint Modify = 0x2;
    internal const uint Attributes = 0x4;
    internal const uint CloseWrite = 0x8;
    internal const uint MovedFrom = 0x40;
    internal const uint MovedTo = 0x80;
    internal const uint Create = 0x100;
    internal const uint Delete = 0x200;
    internal const uint Overflow = 0x4000;
    internal const uint Ignored = 0x8000;
    internal const uint IsDirectory = 0x40000000;
    internal const uint Names = MovedFrom | MovedTo | Create | Delete;

    private const uint OnlyDirectories = 0x01000000;
    private const uint ExcludeUnlinked = 0x04000000;

    internal const uint Wanted = Names | Attributes | CloseWrite | OnlyDirectories | ExcludeUnlinked;
}

/// <summary>struct inotify_event without its name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct INotifyEvent
{
    internal int Watch;
    internal uint Mask;
    internal uint Cookie;
    internal uint NameLength;
}
