using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Native;

/// <summary>struct open_how of openat2(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    internal const ulong NoXdev = 0x01;
    internal const ulong NoMagicLinks = 0x02;
    internal const ulong NoSymlinks = 0x04;
    internal const ulong Beneath = 0x08;

    internal ulong Flags;
    internal ulong Mode;
    internal ulong Resolve;
}

/// <summary>struct timespec on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    internal const long Now = 0x3FFFFFFF;
    internal const long Omit = 0x3FFFFFFE;

    internal long Seconds;
    internal long Nanoseconds;
}

/// <summary>struct flock on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileLock
{
    internal const short Read = 0;
    internal const short Write = 1;
    internal const short Unlock = 2;

    internal short Type;
    internal short Whence;
    internal long Start;
    internal long Length;
    internal int Pid;
}

/// <summary>struct statfs on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
internal struct StatFs
{
    internal const long OverlayFs = 0x794C7630;

    internal long Type;
    internal long BlockSize;
    internal ulong Blocks;
    internal ulong BlocksFree;
    internal ulong BlocksAvailable;
    internal ulong Files;
    internal ulong FilesFree;
    internal ulong Id;
    internal long NameLength;
    internal long FragmentSize;
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    internal const short In = 1;
    internal const short Out = 4;

    internal int Fd;
    internal short Events;
    internal short Returned;
}
