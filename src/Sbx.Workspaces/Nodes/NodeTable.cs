using System.Text;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Nodes;

/// <summary>
/// The nodes by id and by identity. An id is a slot and a generation and never comes back, so an id kept after its
/// forget finds nothing. Used under the session's gate.
/// </summary>
internal sealed class NodeTable
{
    private const int MaxAliases = 1024;
    private const int MaxRemembered = 16384;

    private readonly Dictionary<NodeKey, Node> _byKey = [];
    private readonly Stack<int> _free = [];
    private readonly int _limit;
    private Node?[] _slots = new Node?[256];
    private uint[] _generations = new uint[256];
    private int _used = 2;
    private int _remembered;

    internal NodeTable(int limit)
    {
        _limit = limit;
        Top = new Node(1, NodeKind.Top, default, null, ModeBits.Directory) { Lookups = 1 };
        _slots[1] = Top;
    }

    /// <summary>Called for every node that goes, to let go of what hangs on it.</summary>
    internal Action<Node> Removed { get; set; } = static _ => { };

    internal Node Top { get; }

    internal int Count => _byKey.Count;

    /// <summary>Every node the guest holds a reference to, but for the top.</summary>
    internal IEnumerable<Node> Known
    {
        get
        {
            foreach (var node in _byKey.Values)
            {
                if (node.Lookups > 0)
                    yield return node;
            }
        }
    }

    /// <summary>The node the guest names, if it holds a reference to it.</summary>
    internal Node? Find(ulong id)
    {
        var slot = (uint)id;
        if (slot >= (uint)_used)
            return null;
        var node = _slots[slot];
        return node is not null && node.Id == id && node.Lookups > 0 ? node : null;
    }

    internal Node? Find(in NodeKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>A node without an id: a root's directory or the directory around a root file.</summary>
    internal static Node Anchor(NodeKind kind, RootInfo root, in NodeKey key) => new(0, kind, key, root, ModeBits.Directory);

    /// <summary>Finds or adds the node of <paramref name="key"/> seen as <paramref name="name"/>; null when there is no room.</summary>
    internal Node? Enter(in NodeKey key, NodeKind kind, RootInfo root, uint type, Node parent, Name name, uint links)
    {
        if (_byKey.TryGetValue(key, out var node) && node.Type == type && node.Kind == kind)
        {
            if (node.Name is { } known && !known.Is(parent, name.Span))
                SeenAs(node, parent, name.Span, links > 1 && type != ModeBits.Directory);
            return node;
        }

        if (node is not null)
        {
            // An inode number came back for something else (only where there are no birth times).
            node.Lookups = 0;
            Drop(node);
            RemoveIfUnused(node);
        }

        if (_byKey.Count >= _limit)
            return null;
        node = new Node(NewId(out var slot), kind, key, root, type);
        _slots[slot] = node;
        _byKey[key] = node;
        SetName(node, new NodeName(parent, Copy(name.Span)));
        return node;
    }

    /// <summary>Gives the directory of a root its id and takes over its descriptor.</summary>
    internal Node Adopt(RootInfo root)
    {
        var node = new Node(NewId(out var slot), NodeKind.RootDirectory, root.Anchor.Key, root, ModeBits.Directory)
        {
            Descriptor = root.Anchor.Descriptor,
            Name = new NodeName(Top, Encoding.UTF8.GetBytes($"{root.Index}\0")),
        };
        _slots[slot] = node;
        _byKey[node.Key] = node;
        return node;
    }

    /// <summary>The guest lets go of <paramref name="lookups"/> references.</summary>
    internal void Forget(ulong id, ulong lookups)
    {
        var node = Find(id);
        if (node is null || node.Kind == NodeKind.Top)
            return;
        node.Lookups -= Math.Min(node.Lookups, lookups);
        RemoveIfUnused(node);
    }

    /// <summary>Notes that <paramref name="node"/> now has this name; several names are kept for files with several links.</summary>
    internal void SeenAs(Node node, Node parent, ReadOnlySpan<byte> name, bool several)
    {
        if (node.Name is not { } old || old.Is(parent, name) || node.Kind == NodeKind.RootDirectory)
            return;
        if (node.IsDirectory && IsWithin(parent, node))
        {
            // The host turned the tree around; the ancestor's remembered place is wrong, so it forgets it.
            if (parent.Name is not null && parent.Kind == NodeKind.Ordinary)
                SetName(parent, new NodeName(parent.Root!.Anchor, [0]));
            if (IsWithin(parent, node))
                return;
        }

        if (!several)
        {
            SetName(node, new NodeName(parent, Copy(name)));
            return;
        }

        node.Aliases ??= [];
        foreach (var alias in node.Aliases)
        {
            if (alias.Is(parent, name))
                return;
        }

        if (node.Aliases.Count >= MaxAliases)
            return;
        node.Aliases.Add(new NodeName(parent, Copy(name)));
        parent.Children++;
    }

    /// <summary>Notes that <paramref name="node"/> was renamed.</summary>
    internal void Renamed(Node node, Node oldParent, ReadOnlySpan<byte> oldName, Node parent, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < (node.Aliases?.Count ?? 0); i++)
        {
            if (!node.Aliases![i].Is(oldParent, oldName))
                continue;
            node.Aliases[i] = new NodeName(parent, Copy(name));
            parent.Children++;
            Release(oldParent);
            return;
        }

        SeenAs(node, parent, name, several: false);
    }

    /// <summary>Keeps a node that the guest gave another name, within a bound.</summary>
    internal void Remember(Node node)
    {
        if (node.Remembered || _remembered >= MaxRemembered)
            return;
        node.Remembered = true;
        _remembered++;
    }

    /// <summary>Removes the node if nobody needs it any more.</summary>
    internal void RemoveIfUnused(Node node)
    {
        while (node is { Lookups: 0, Children: 0, Handles: null, Remembered: false, Kind: NodeKind.Ordinary or NodeKind.MountPoint })
        {
            var parent = node.Name!.Value.Parent;
            Drop(node);
            foreach (var alias in node.Aliases ?? [])
                Release(alias.Parent);
            node.Aliases = null;
            parent.Children--;
            node = parent;
        }
    }

    private void Release(Node parent)
    {
        parent.Children--;
        RemoveIfUnused(parent);
    }

    private void Drop(Node node)
    {
        var slot = (int)(uint)node.Id;
        if (ReferenceEquals(_slots[slot], node))
        {
            _slots[slot] = null;
            _generations[slot]++;
            _free.Push(slot);
            _byKey.Remove(node.Key);
            if (node.Remembered)
                _remembered--;
            node.Remembered = false;
        }

        Removed(node);
    }

    private void SetName(Node node, NodeName name)
    {
        var old = node.Name;
        name.Parent.Children++;
        node.Name = name;
        if (old is { } previous)
            Release(previous.Parent);
    }

    private static bool IsWithin(Node inner, Node outer)
    {
        var at = inner;
        for (var depth = 0; depth < DirectoryDescriptors.MaxDepth; depth++)
        {
            if (ReferenceEquals(at, outer))
                return true;
            if (at.Name is not { } name || at.Kind != NodeKind.Ordinary)
                return false;
            at = name.Parent;
        }

        return true;
    }

    private ulong NewId(out int slot)
    {
        if (!_free.TryPop(out slot))
        {
            slot = _used++;
            if (slot == _slots.Length)
            {
                Array.Resize(ref _slots, slot * 2);
                Array.Resize(ref _generations, slot * 2);
            }
        }

        return ((ulong)_generations[slot] << 32) | (uint)slot;
    }

    private static byte[] Copy(ReadOnlySpan<byte> name)
    {
        var bytes = new byte[name.Length + 1];
        name.CopyTo(bytes);
        return bytes;
    }
}
