namespace Sbx.Workspaces.Sessions;

/// <summary>Counts what the guest puts on the host's disk in this session. Used under the session's gate.</summary>
internal sealed class Quota(WorkspaceLimits limits)
{
    private long _bytes;
    private long _entries;

    /// <summary>Takes bytes; false when they are over the bound.</summary>
    internal bool TakeBytes(ulong count)
    {
        if (limits.MaxBytesWritten is not { } limit)
            return true;
        if (count > (ulong)Math.Max(0, limit - _bytes))
            return false;
        _bytes += (long)count;
        return true;
    }

    /// <summary>Takes one entry; false when it is over the bound.</summary>
    internal bool TakeEntry()
    {
        if (limits.MaxEntriesCreated is not { } limit)
            return true;
        if (_entries >= limit)
            return false;
        _entries++;
        return true;
    }
}
