namespace Sbx.Policies.Store;

/// <summary>
/// Notices changes of a few files by their time, size and identity. Looking is cheaper to get right than notifications: files are
/// replaced by renames, their directories come and go, and some file systems notify of nothing.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Action _changed;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private Dictionary<string, (DateTime Written, long Length)> _known = [];

    public FileWatch(TimeProvider time, TimeSpan interval, Action changed)
    {
        _changed = changed;
        _interval = interval;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start() => _timer.Change(_interval, Timeout.InfiniteTimeSpan);

    public void Remember(IEnumerable<string> files)
    {
        var known = files.Distinct(StringComparer.Ordinal).ToDictionary(f => f, Stamp, StringComparer.Ordinal);
        lock (_lock)
            _known = known;
    }

    private void Look()
    {
        try
        {
            bool differs;
            lock (_lock)
                differs = _known.Any(k => Stamp(k.Key) != k.Value);
            if (differs)
                _changed();
        }
        finally
        {
            Start();
        }
    }

    private static (DateTime Written, long Length) Stamp(string path)
    {
        try
        {
            var info = new FileInfo(path);
            return info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    public void Dispose() => _timer.Dispose();
}
