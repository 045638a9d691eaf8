using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Native;

/// <summary>A time of <see cref="Statx"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatxTime
{
    internal long Seconds;
    internal uint Nanoseconds;
    internal int Reserved;
}

/// <summary>struct statx of linux/stat.h; the same layout on every architecture.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct Statx
{
    internal const uint BasicStats = 0x7FF;
    internal const uint BirthTime = 0x800;
    internal const uint MountId = 0x1000;
    internal const uint Wanted = BasicStats | BirthTime | MountId;

    internal uint Mask;
    internal uint BlockSize;
    internal ulong Attributes;
    internal uint Links;
    internal uint Uid;
    internal uint Gid;
    internal ushort Mode;
    internal ushort Padding;
    internal ulong Inode;
    internal ulong Size;
    internal ulong Blocks;
    internal ulong AttributesMask;
    internal StatxTime Access;
    internal StatxTime Birth;
    internal StatxTime Change;
    internal StatxTime Modification;
    internal uint DeviceMajorOfNode;
    internal uint DeviceMinorOfNode;
    internal uint DeviceMajor;
    internal uint DeviceMinor;
    internal ulong Mount;

    internal readonly uint Type => Mode & ModeBits.TypeMask;

    internal readonly bool IsDirectory => Type == ModeBits.Directory;

    internal readonly ulong Device => ((ulong)DeviceMajor << 32) | DeviceMinor;
}
