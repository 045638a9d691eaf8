using System.Runtime.InteropServices;

namespace Sbx.Guest.Native;

/// <summary><c>struct timespec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}

/// <summary><c>struct winsize</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WindowSize
{
    public ushort Rows;
    public ushort Columns;
    public ushort Width;
    public ushort Height;
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;
}

/// <summary><c>struct epoll_event</c>, packed on x86-64.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct EpollEvent
{
    public uint Events;
    public ulong Data;
}

/// <summary><c>struct statx</c>, the part that is read here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    public const uint BasicMask = 0x7ff;

    [FieldOffset(16)] public uint Links;
    [FieldOffset(20)] public int Uid;
    [FieldOffset(24)] public int Gid;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public ulong Size;
    [FieldOffset(0x70)] public long ModifiedSeconds;
    [FieldOffset(0x78)] public uint ModifiedNanoseconds;
    [FieldOffset(0x88)] public uint DeviceMajor;
    [FieldOffset(0x8c)] public uint DeviceMinor;

    public readonly int Type => Mode & 0xF000;

    public readonly bool IsDirectory => Type == 0x4000;

    public readonly bool IsRegular => Type == 0x8000;

    public readonly bool IsLink => Type == 0xA000;

    public readonly bool IsFifo => Type == 0x1000;
}

/// <summary><c>struct ifreq</c> with flags.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InterfaceRequest
{
    public fixed byte Name[16];
    public short Flags;
    public fixed byte Rest[22];
}

/// <summary><c>struct open_how</c> of openat2.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    public ulong Flags;
    public ulong Mode;
    public ulong Resolve;
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Start;
    public nint Length;
}
