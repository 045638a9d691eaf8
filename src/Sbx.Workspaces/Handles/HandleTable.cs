using Sbx.Workspaces.Nodes;

namespace Sbx.Workspaces.Handles;

/// <summary>Open handles by the number the guest uses: a slot and a generation, so a released number finds nothing. Used under the session's gate.</summary>
internal sealed class HandleTable(int limit)
{
    private readonly Stack<int> _free = [];
    private Handle?[] _slots = new Handle?[64];
    private uint[] _generations = new uint[64];
    private int _used;

    internal int Count => _used - _free.Count;

    internal bool IsFull => Count >= limit;

    internal Handle Add(Node node, int fd, int access)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _used++;
            if (slot == _slots.Length)
            {
                Array.Resize(ref _slots, slot * 2);
                Array.Resize(ref _generations, slot * 2);
            }
        }

        var handle = new Handle(((ulong)_generations[slot] << 32) | (uint)slot, node, fd, access) { Next = node.Handles };
        node.Handles = handle;
        _slots[slot] = handle;
        return handle;
    }

    /// <summary>The handle of this number, if it belongs to this node.</summary>
    internal Handle? Find(ulong id, ulong nodeId)
    {
        var slot = (uint)id;
        if (slot >= (uint)_used)
            return null;
        var handle = _slots[slot];
        return handle is not null && handle.Id == id && handle.Node.Id == nodeId ? handle : null;
    }

    internal void Remove(Handle handle)
    {
        var slot = (int)(uint)handle.Id;
        _slots[slot] = null;
        _generations[slot]++;
        _free.Push(slot);
        var node = handle.Node;
        if (ReferenceEquals(node.Handles, handle))
            node.Handles = handle.Next;
        else
        {
            var before = node.Handles!;
            while (!ReferenceEquals(before.Next, handle))
                before = before.Next!;
            before.Next = handle.Next;
        }

        handle.EndUse();
    }

    internal void Clear()
    {
        for (var i = 0; i < _used; i++)
        {
            if (_slots[i] is { } handle)
                Remove(handle);
        }
    }
}
