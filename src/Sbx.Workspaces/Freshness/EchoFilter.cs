namespace Sbx.Workspaces.Freshness;

/// <summary>
/// Remembers which names the guest itself touched a moment ago, so that inotify's report of it is not sent back as news.
/// A rough table: a wrong hit costs at most one cache time-out of staleness. Written by the server's thread, read by the
/// watcher's.
/// </summary>
internal sealed class EchoFilter(TimeProvider time)
{
    private const int Slots = 8192;

    private readonly long[] _touched = new long[Slots];
    private readonly long _window = time.TimestampFrequency / 8;

    internal void Touch(int watch, ReadOnlySpan<byte> name)
    {
        if (watch >= 0)
            Volatile.Write(ref _touched[Slot(watch, name)], time.GetTimestamp());
    }

    internal bool IsEcho(int watch, ReadOnlySpan<byte> name)
    {
        var touched = Volatile.Read(ref _touched[Slot(watch, name)]);
        return touched != 0 && time.GetTimestamp() - touched < _window;
    }

    private static int Slot(int watch, ReadOnlySpan<byte> name)
    {
        // FNV-1a.
        var hash = 2166136261u ^ (uint)watch;
        foreach (var b in name)
            hash = (hash ^ b) * 16777619u;
        return (int)((hash ^ (hash >> 15)) % Slots);
    }
}
