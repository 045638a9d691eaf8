using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Wire;

/// <summary>struct fuse_in_header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InHeader
{
    internal uint Length;
    internal Opcode Opcode;
    internal ulong Unique;
    internal ulong NodeId;
    internal uint Uid;
    internal uint Gid;
    internal uint Pid;
    internal ushort ExtensionLength;
    internal ushort Padding;
}

/// <summary>struct fuse_out_header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OutHeader
{
    internal uint Length;
    internal int Error;
    internal ulong Unique;
}

/// <summary>struct fuse_init_in as of protocol 7.6 (later fields are not looked at).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InitIn
{
    internal uint Major;
    internal uint Minor;
    internal uint MaxReadAhead;
    internal InitFlags Flags;
}

/// <summary>struct fuse_init_out.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct InitOut
{
    internal uint Major;
    internal uint Minor;
    internal uint MaxReadAhead;
    internal InitFlags Flags;
    internal ushort MaxBackground;
    internal ushort CongestionThreshold;
    internal uint MaxWrite;
    internal uint TimeGranularity;
    internal ushort MaxPages;
    internal ushort MapAlignment;
    internal uint Flags2;
}
