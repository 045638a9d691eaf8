using Sbx.Workspaces.Handles;
using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Nodes;

/// <summary>One name of a node: a single component in the directory that held it when it was last seen.</summary>
internal readonly record struct NodeName(Node Parent, byte[] Bytes)
{
    internal bool Is(Node parent, ReadOnlySpan<byte> name) =>
        ReferenceEquals(Parent, parent) && Bytes.AsSpan(0, Bytes.Length - 1).SequenceEqual(name);
}

/// <summary>
/// A file the guest knows. It holds no path: it is found again by one component beneath its parent's descriptor, without
/// following a link, and only if what lies there is still the file of <see cref="Key"/>.
/// </summary>
internal sealed class Node(ulong id, NodeKind kind, NodeKey key, RootInfo? root, uint type)
{
    internal ulong Id { get; } = id;

    internal NodeKind Kind { get; } = kind;

    internal NodeKey Key { get; } = key;

    /// <summary>Null for <see cref="NodeKind.Top"/> alone.</summary>
    internal RootInfo? Root { get; } = root;

    /// <summary>S_IFMT bits.</summary>
    internal uint Type { get; } = type;

    internal bool IsDirectory => Type == ModeBits.Directory;

    /// <summary>The name last seen; the bytes end in NUL.</summary>
    internal NodeName? Name { get; set; }

    /// <summary>Other names of a file with several links.</summary>
    internal List<NodeName>? Aliases { get; set; }

    /// <summary>References the guest holds.</summary>
    internal ulong Lookups { get; set; }

    /// <summary>How many names of other nodes lie in this directory.</summary>
    internal int Children { get; set; }

    /// <summary>Kept although forgotten by the guest, so that names it linked in this session stay known.</summary>
    internal bool Remembered { get; set; }

    /// <summary>O_PATH descriptor of a directory, or -1.</summary>
    internal int Descriptor { get; set; } = -1;

    /// <summary>Number of the last request that used <see cref="Descriptor"/>.</summary>
    internal ulong LastUse { get; set; }

    /// <summary>When the directory was last seen to lie beneath its root.</summary>
    internal long BeneathCheckedAt { get; set; } = long.MinValue;

    /// <summary>inotify watch of a directory; -1 none yet, -2 cannot be had.</summary>
    internal int Watch { get; set; } = -1;

    /// <summary>Head of the list of open handles.</summary>
    internal Handle? Handles { get; set; }

    /// <summary>Change time and size as the guest was told of them, or as its own writing left them.</summary>
    internal (long Seconds, uint Nanoseconds, ulong Size) KnownState { get; private set; }

    /// <summary>Modification time and size for which the guest's cached pages are good.</summary>
    internal (long Seconds, uint Nanoseconds, ulong Size) CachedContent { get; set; }

    /// <summary>Whether this is what the guest knows.</summary>
    internal bool Knows(in Statx stat) => KnownState == (stat.Change.Seconds, stat.Change.Nanoseconds, stat.Size);

    /// <summary>The guest is told this, or made it so.</summary>
    internal void Learn(in Statx stat) => KnownState = (stat.Change.Seconds, stat.Change.Nanoseconds, stat.Size);

    /// <summary>Whether this is one of the names the node is known by.</summary>
    internal bool IsNamed(Node parent, ReadOnlySpan<byte> name)
    {
        if (Name is { } first && first.Is(parent, name))
            return true;
        foreach (var alias in Aliases ?? [])
        {
            if (alias.Is(parent, name))
                return true;
        }

        return false;
    }
}
