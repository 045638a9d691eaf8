using Sbx.Workspaces.Freshness;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Nodes;

/// <summary>
/// The served tree: finds, stats and pins nodes on the host. Every way to a file is one component beneath a held
/// directory, not followed, and its identity is verified; used under the session's gate.
/// </summary>
internal sealed unsafe class FileTree
{
    private readonly TimeSpan _unwatched;
    private readonly TimeSpan _watched;

    internal FileTree(WorkspaceServerOptions options)
    {
        Roots = RootOpener.Open(options.Roots);
        View = new AttributeView(options.Owner, Roots.Count > 0 ? Roots[0].Device : 0);
        Table = new NodeTable(options.Limits.MaxNodes);
        foreach (var root in Roots)
        {
            if (!root.IsFile)
                root.Anchor = Table.Adopt(root);
        }

        Descriptors = new DirectoryDescriptors(Math.Max(64, options.Limits.MaxDirectoryDescriptors), options.TimeProvider);
        _unwatched = options.CacheTimeout;
        _watched = options.WatchedCacheTimeout ?? options.CacheTimeout;
    }

    internal IReadOnlyList<RootInfo> Roots { get; }

    internal AttributeView View { get; }

    internal NodeTable Table { get; }

    internal DirectoryDescriptors Descriptors { get; }

    internal AbsentNames Absent { get; } = new();

    /// <summary>The descriptor of a directory of the host.</summary>
    internal int Use(Node directory, out int fd)
    {
        fd = -1;
        if (!directory.IsDirectory)
            return Errno.ENOTDIR;
        return directory.Kind is NodeKind.Top or NodeKind.MountPoint ? Errno.EROFS : Descriptors.Use(directory, out fd);
    }

    /// <summary>Present attributes of a node of the host.</summary>
    internal int Stat(Node node, Statx* stat)
    {
        if (node.IsDirectory)
        {
            var error = Descriptors.Use(node, out var fd);
            return error != 0 ? error : Beneath.Stat(fd, stat);
        }

        return node.Handles is { } handle ? Beneath.Stat(handle.Fd, stat) : StatByName(node, stat);
    }

    /// <summary>Attributes of what is called <paramref name="name"/> now; EXDEV where another mount begins.</summary>
    internal int StatChild(Node directory, int fd, byte* name, Statx* stat)
    {
        var error = Beneath.Stat(fd, name, stat);
        return error == 0 && !directory.Root!.Holds(*stat) ? Errno.EXDEV : error;
    }

    /// <summary>A descriptor of the node itself, for work that needs one.</summary>
    internal int Pin(Node node, out PinnedFile pinned)
    {
        pinned = default;
        if (node.IsDirectory)
        {
            var error = Descriptors.Use(node, out var fd);
            pinned = new PinnedFile(fd, owned: false, isPath: true);
            return error;
        }

        if (node.Handles is { } handle)
        {
            pinned = new PinnedFile(handle.Fd, owned: false, isPath: false);
            return 0;
        }

        var result = PinByName(node, node.Name, out pinned);
        for (var i = 0; result is Errno.ESTALE or Errno.ENOENT && i < (node.Aliases?.Count ?? 0); i++)
            result = PinByName(node, node.Aliases![i], out pinned);
        return result == Errno.ENOENT ? Errno.ESTALE : result;
    }

    /// <summary>Whether the content and attributes of this inode may be changed: every one of its names must be known to lie inside.</summary>
    /// <remarks>
    /// A file with several names may also be a file outside the root (a package store, another clone), and writing would
    /// reach it. Names count when the guest has seen or made them in this session and they still are this file, so links
    /// made inside work, and removing or replacing a name (what package managers and git do) is never refused.
    /// </remarks>
    internal bool MayChange(Node node, in Statx stat)
    {
        if (node.IsDirectory || stat.Links <= 1)
            return true;
        var known = IsStill(node, node.Name) ? 1u : 0u;
        for (var i = 0; known < stat.Links && i < (node.Aliases?.Count ?? 0); i++)
        {
            if (IsStill(node, node.Aliases![i]))
                known++;
        }

        return known >= stat.Links;
    }

    /// <summary>Enters what was found as <paramref name="name"/> and counts one reference; null when the table is full.</summary>
    internal Node? Enter(Node directory, Name name, in Statx stat, bool isMountPoint = false)
    {
        var root = directory.Root!;
        var node = Table.Enter(
            NodeKey.Of(root, stat), isMountPoint ? NodeKind.MountPoint : NodeKind.Ordinary, root, stat.Type, directory, name, stat.Links);
        if (node is null)
            return null;
        node.Lookups++;
        Absent.Remove(directory.Watch, name.Span);
        return node;
    }

    /// <summary>The entry as the guest is told of it.</summary>
    internal EntryOut Entry(Node node, in Statx stat)
    {
        var names = IsWatched(node.Name?.Parent) ? _watched : _unwatched;
        var attributes = BelievableFor(node, stat.Links);
        var entry = new EntryOut
        {
            NodeId = node.Id,
            EntryValid = Seconds(names),
            EntryValidNanoseconds = Nanoseconds(names),
            AttrValid = Seconds(attributes),
            AttrValidNanoseconds = Nanoseconds(attributes),
        };
        node.Learn(stat);
        if (node.Kind == NodeKind.MountPoint)
            entry.Attr = AttributeView.MadeUp(View.Inode(stat.Device, stat.Inode), node.Type);
        else
            View.Fill(stat, out entry.Attr);
        return entry;
    }

    /// <summary>Says that a name does not exist, in a watched directory.</summary>
    internal EntryOut NoEntry(Node directory, Name name)
    {
        Absent.Add(directory.Watch, name.Span);
        return new() { EntryValid = Seconds(_watched), EntryValidNanoseconds = Nanoseconds(_watched) };
    }

    internal AttrOut Attributes(Node node, in Attr attr)
    {
        var time = BelievableFor(node, attr.Links);
        return new() { AttrValid = Seconds(time), AttrValidNanoseconds = Nanoseconds(time), Attr = attr };
    }

    // A directory's own times change with its entries; a file with other names may change through another directory.
    private TimeSpan BelievableFor(Node node, uint links) =>
        IsWatched(node.Name?.Parent) && (node.IsDirectory ? IsWatched(node) : links <= 1) ? _watched : _unwatched;

    private static bool IsWatched(Node? directory) => directory is { Watch: >= 0 };

    private static ulong Seconds(TimeSpan time) => (ulong)(time.Ticks / TimeSpan.TicksPerSecond);

    private static uint Nanoseconds(TimeSpan time) => (uint)(time.Ticks % TimeSpan.TicksPerSecond * 100);

    private int StatByName(Node node, Statx* stat)
    {
        if (IsStill(node, node.Name, stat, out var error))
            return 0;
        for (var i = 0; i < (node.Aliases?.Count ?? 0); i++)
        {
            if (IsStill(node, node.Aliases![i], stat, out _))
                return 0;
        }

        return error is 0 or Errno.ENOENT ? Errno.ESTALE : error;
    }

    private bool IsStill(Node node, NodeName? name)
    {
        Statx stat;
        return IsStill(node, name, &stat, out _);
    }

    private bool IsStill(Node node, NodeName? name, Statx* stat, out int error)
    {
        error = Errno.ESTALE;
        if (name is not { } known)
            return false;
        error = Use(known.Parent, out var fd);
        if (error != 0)
            return false;
        fixed (byte* bytes = known.Bytes)
            error = StatChild(known.Parent, fd, bytes, stat);
        return error == 0 && IsSame(node, *stat);
    }

    private int PinByName(Node node, NodeName? name, out PinnedFile pinned)
    {
        pinned = default;
        if (name is not { } known)
            return Errno.ESTALE;
        var error = Use(known.Parent, out var parent);
        if (error != 0)
            return error;
        int fd;
        fixed (byte* bytes = known.Bytes)
            error = Beneath.OpenPath(parent, bytes, 0, out fd);
        if (error != 0)
            return error;
        Statx stat;
        error = Beneath.Stat(fd, &stat);
        if (error == 0 && IsSame(node, stat) && node.Root!.Holds(stat))
        {
            pinned = new PinnedFile(fd, owned: true, isPath: true);
            return 0;
        }

        Libc.Close(fd);
        return error != 0 ? error : Errno.ESTALE;
    }

    private static bool IsSame(Node node, in Statx stat) => stat.Type == node.Type && NodeKey.Of(node.Root!, stat) == node.Key;
}
