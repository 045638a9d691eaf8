using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Wire;

/// <summary>struct fuse_attr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Attr
{
    internal ulong Inode;
    internal ulong Size;
    internal ulong Blocks;
    internal ulong AccessTime;
    internal ulong ModificationTime;
    internal ulong ChangeTime;
    internal uint AccessNanoseconds;
    internal uint ModificationNanoseconds;
    internal uint ChangeNanoseconds;
    internal uint Mode;
    internal uint Links;
    internal uint Uid;
    internal uint Gid;
    internal uint Device;
    internal uint BlockSize;
    internal uint Flags;
}

/// <summary>struct fuse_entry_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EntryOut
{
    internal ulong NodeId;
    internal ulong Generation;
    internal ulong EntryValid;
    internal ulong AttrValid;
    internal uint EntryValidNanoseconds;
    internal uint AttrValidNanoseconds;
    internal Attr Attr;
}

/// <summary>struct fuse_attr_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AttrOut
{
    internal ulong AttrValid;
    internal uint AttrValidNanoseconds;
    internal uint Dummy;
    internal Attr Attr;
}

/// <summary>struct fuse_getattr_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GetAttrIn
{
    internal uint Flags;
    internal uint Dummy;
    internal ulong Handle;
}

/// <summary>struct fuse_setattr_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SetAttrIn
{
    internal SetAttrValid Valid;
    internal uint Padding;
    internal ulong Handle;
    internal ulong Size;
    internal ulong LockOwner;
    internal long AccessTime;
    internal long ModificationTime;
    internal long ChangeTime;
    internal uint AccessNanoseconds;
    internal uint ModificationNanoseconds;
    internal uint ChangeNanoseconds;
    internal uint Mode;
    internal uint Unused4;
    internal uint Uid;
    internal uint Gid;
    internal uint Unused5;
}

/// <summary>struct fuse_statfs_out.</summary>
[StructLayout(LayoutKind.Sequential, Size = 80)]
internal struct StatFsOut
{
    internal ulong Blocks;
    internal ulong BlocksFree;
    internal ulong BlocksAvailable;
    internal ulong Files;
    internal ulong FilesFree;
    internal uint BlockSize;
    internal uint NameLength;
    internal uint FragmentSize;
}
