namespace Sbx.Workspaces.Freshness;

/// <summary>
/// Remembers which names the guest takes for absent: because it removed them, or was told so. A table that forgets: what is
/// lost from it costs a needless announcement, or in rare orders of events one cache time-out of staleness. Used under the
/// session's gate.
/// </summary>
internal sealed class AbsentNames
{
    private const int Slots = 16384;

    private readonly ulong[] _names = new ulong[Slots];

    /// <summary>The guest takes the name in this watched directory for absent.</summary>
    internal void Add(int watch, ReadOnlySpan<byte> name)
    {
        if (watch < 0)
            return;
        var hash = Hash(watch, name);
        _names[hash % Slots] = hash;
    }

    /// <summary>The guest made the name, or was told of it.</summary>
    internal void Remove(int watch, ReadOnlySpan<byte> name)
    {
        if (watch < 0)
            return;
        var hash = Hash(watch, name);
        if (_names[hash % Slots] == hash)
            _names[hash % Slots] = 0;
    }

    internal bool Contains(int watch, ReadOnlySpan<byte> name)
    {
        var hash = Hash(watch, name);
        return _names[hash % Slots] == hash;
    }

    private static ulong Hash(int watch, ReadOnlySpan<byte> name)
    {
        // FNV-1a with a final mix; never 0, which marks an empty slot.
        var hash = 14695981039346656037UL ^ (uint)watch;
        foreach (var b in name)
            hash = (hash ^ b) * 1099511628211UL;
        return (hash ^ (hash >> 29)) | 1UL << 63;
    }
}
