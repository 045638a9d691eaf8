using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Wire;

/// <summary>struct fuse_forget_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ForgetIn
{
    internal ulong Lookups;
}

/// <summary>struct fuse_forget_one.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ForgetOne
{
    internal ulong NodeId;
    internal ulong Lookups;
}

/// <summary>struct fuse_batch_forget_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BatchForgetIn
{
    internal uint Count;
    internal uint Dummy;
}

/// <summary>struct fuse_mknod_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MkNodIn
{
    internal uint Mode;
    internal uint Device;
    internal uint UMask;
    internal uint Padding;
}

/// <summary>struct fuse_mkdir_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MkDirIn
{
    internal uint Mode;
    internal uint UMask;
}

/// <summary>struct fuse_rename_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RenameIn
{
    internal ulong NewDirectory;
}

/// <summary>struct fuse_rename2_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Rename2In
{
    internal ulong NewDirectory;
    internal uint Flags;
    internal uint Padding;
}

/// <summary>struct fuse_link_in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkIn
{
    internal ulong OldNodeId;
}

/// <summary>struct fuse_dirent without its name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DirectoryEntry
{
    internal ulong Inode;
    internal ulong Offset;
    internal uint NameLength;
    internal uint Type;
}

/// <summary>struct fuse_setxattr_in before protocol extension SETXATTR_EXT, which is not negotiated.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SetXattrIn
{
    internal uint Size;
    internal uint Flags;
}

/// <summary>struct fuse_getxattr_in and fuse_getxattr_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XattrSize
{
    internal uint Size;
    internal uint Padding;
}

/// <summary>struct fuse_notify_inval_inode_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InvalidateInodeOut
{
    internal ulong Inode;
    internal long Offset;
    internal long Length;
}

/// <summary>struct fuse_notify_inval_entry_out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InvalidateEntryOut
{
    internal ulong Parent;
    internal uint NameLength;
    internal uint Flags;
}
