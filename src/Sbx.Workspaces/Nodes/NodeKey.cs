using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Nodes;

/// <summary>
/// Identity of a file: device and inode, and the birth time, because file systems hand a freed inode number out again at
/// once. The root is part of it, so that a file seen through a read-only and a writable root stays two nodes.
/// </summary>
internal readonly record struct NodeKey(int Root, ulong Device, ulong Inode, long BirthSeconds, uint BirthNanoseconds)
{
    internal static NodeKey Of(RootInfo root, in Statx stat) => root.HasBirthTimes && (stat.Mask & Statx.BirthTime) != 0
        ? new(root.Index, stat.Device, stat.Inode, stat.Birth.Seconds, stat.Birth.Nanoseconds)
        : new(root.Index, stat.Device, stat.Inode, 0, 0);
}
