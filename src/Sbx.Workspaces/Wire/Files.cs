using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Wire;

/// <summary>struct fuse_open_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenIn
{
    internal uint Flags;
    internal uint OpenFlags;
}

/// <summary>struct fuse_create_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CreateIn
{
    internal uint Flags;
    internal uint Mode;
    internal uint UMask;
    internal uint OpenFlags;
}

/// <summary>struct fuse_open_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenOut
{
    internal ulong Handle;
    internal OpenReplyFlags Flags;
    internal uint Padding;
}

/// <summary>The answer to CREATE: an entry and an open file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CreateOut
{
    internal EntryOut Entry;
    internal OpenOut Open;
}

/// <summary>struct fuse_release_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ReleaseIn
{
    internal ulong Handle;
    internal uint Flags;
    internal uint ReleaseFlags;
    internal ulong LockOwner;
}

/// <summary>struct fuse_flush_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FlushIn
{
    internal ulong Handle;
    internal uint Unused;
    internal uint Padding;
    internal ulong LockOwner;
}

/// <summary>struct fuse_read_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ReadIn
{
    internal ulong Handle;
    internal ulong Offset;
    internal uint Size;
    internal uint ReadFlags;
    internal ulong LockOwner;
    internal uint Flags;
    internal uint Padding;
}

/// <summary>struct fuse_write_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WriteIn
{
    internal ulong Handle;
    internal ulong Offset;
    internal uint Size;
    internal uint WriteFlags;
    internal ulong LockOwner;
    internal uint Flags;
    internal uint Padding;
}

/// <summary>struct fuse_write_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WriteOut
{
    internal uint Size;
    internal uint Padding;
}

/// <summary>struct fuse_fsync_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FSyncIn
{
    internal ulong Handle;
    internal uint Flags;
    internal uint Padding;
}

/// <summary>struct fuse_fallocate_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FAllocateIn
{
    internal ulong Handle;
    internal ulong Offset;
    internal ulong Length;
    internal uint Mode;
    internal uint Padding;
}

/// <summary>struct fuse_lseek_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LSeekIn
{
    internal ulong Handle;
    internal ulong Offset;
    internal uint Whence;
    internal uint Padding;
}

/// <summary>struct fuse_lseek_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LSeekOut
{
    internal ulong Offset;
}

/// <summary>struct fuse_copy_file_range_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CopyFileRangeIn
{
    internal ulong HandleIn;
    internal ulong OffsetIn;
    internal ulong NodeIdOut;
    internal ulong HandleOut;
    internal ulong OffsetOut;
    internal ulong Length;
    internal ulong Flags;
}

/// <summary>struct fuse_lk_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LockIn
{
    internal ulong Handle;
    internal ulong Owner;
    internal WireLock Lock;
    internal uint Flags;
    internal uint Padding;
}

/// <summary>struct fuse_file_lock; also the whole of fuse_lk_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WireLock
{
    internal ulong Start;
    internal ulong End;
    internal uint Type;
    internal uint Pid;
}

/// <summary>struct fuse_interrupt_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InterruptIn
{
    internal ulong Unique;
}
