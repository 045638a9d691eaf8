namespace Sbx.Workspaces.Native;

/// <summary>Bits of st_mode.</summary>
internal static class ModeBits
{
    internal const uint TypeMask = 0xF000;
    internal const uint Socket = 0xC000;
    internal const uint Symlink = 0xA000;
    internal const uint Regular = 0x8000;
    internal const uint Directory = 0x4000;
    internal const uint Fifo = 0x1000;
    internal const uint SetIds = 0xC00;
    internal const uint SetUserId = 0x800;
    internal const uint PermissionMask = 0xFFF;
    internal const uint AccessMask = 0x1FF;
}
