using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Sbx.Egress.Log;

/// <summary>
/// Every decision of the gateway in an SQLite file (write-ahead log, mode 0600). Rows are queued and written in batches, so that no
/// request waits for the disk; what a crash can lose is the last fraction of a second. When a row cannot be written it is counted, and
/// the next one that can is preceded by a row that says how many are missing. Thread-safe.
/// </summary>
public sealed class EgressLog : IAsyncDisposable
{
    private readonly Channel<Entry> _queue;
    private readonly EgressLogOptions _options;
    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly EgressLogWriter _writer;
    private readonly ConcurrentDictionary<Channel<EgressRow>, byte> _followers = new();
    private readonly Task _pump;
    private long _lastId;
    private long _lost;
    private long _lostReported;
    private volatile string? _problem;
    private volatile bool _writable = true;

    private EgressLog(string path, EgressLogOptions options, TimeProvider time)
    {
        (_path, _options, _time) = (path, options, time);
        _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        _writer = new EgressLogWriter(path, options.MaximumBytes);
        _lastId = _writer.LastId;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>How it is.</summary>
    public EgressLogHealth Health => new(_writable, Volatile.Read(ref _lost), _problem);

    /// <summary>Opens or creates the log.</summary>
    /// <param name="path">File; its directory exists.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="SqliteException">The file cannot be opened, or is not a log.</exception>
    public static EgressLog Open(string path, EgressLogOptions options, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        return new EgressLog(path, options, time);
    }

    /// <summary>A number for a new row.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Queues a row. Never waits.</summary>
    public void Write(EgressRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!_queue.Writer.TryWrite(new Entry(row, null)))
            Lose(1, "the queue is full");
    }

    /// <summary>Completes when everything queued so far has been written, or lost.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(new Entry(null, done), cancellationToken).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rows in order of time.</summary>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public IReadOnlyList<EgressRow> Rows(EgressLogQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return EgressLogReader.Rows(_path, query);
    }

    /// <summary>The log by destination.</summary>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public EgressSummary Summarize(EgressLogQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return EgressLogReader.Summarize(_path, query);
    }

    /// <summary>Rows from now on, as they are written. A reader that falls far behind misses the oldest.</summary>
    public async IAsyncEnumerable<EgressRow> FollowAsync(EgressLogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var channel = Channel.CreateBounded<EgressRow>(new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest });
        _followers[channel] = 0;
        try
        {
            await foreach (var row in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (query.Matches(row))
                    yield return row;
            }
        }
        finally
        {
            _followers.TryRemove(channel, out _);
        }
    }

    /// <summary>Removes all rows.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        _writer.Clear();
    }

    /// <summary>Writes what is queued and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _pump.ConfigureAwait(false);
        _writer.Dispose();
        foreach (var (follower, _) in _followers)
            follower.Writer.TryComplete();
    }

    private async Task PumpAsync()
    {
        var batch = new List<Entry>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < 2000 && _queue.Reader.TryRead(out var entry))
                batch.Add(entry);
            WriteBatch(batch);
            var waiting = batch.Exists(entry => entry.Flushed is not null);
            foreach (var entry in batch)
                entry.Flushed?.TrySetResult();
            batch.Clear();
            if (!waiting && !_queue.Reader.Completion.IsCompleted)
                await Task.Delay(_options.Gather, _time).ConfigureAwait(false);
        }
    }

    private void WriteBatch(List<Entry> batch)
    {
        var rows = batch.Where(entry => entry.Row is not null).Select(entry => entry.Row!).ToList();
        if (rows.Count == 0)
            return;
        var lost = Volatile.Read(ref _lost);
        if (lost > _lostReported)
            rows.Insert(0, Gap(lost - _lostReported));
        try
        {
            _writer.Write(rows);
            _lostReported = lost;
            _writable = true;
        }
        catch (SqliteException exception)
        {
            _writable = false;
            Lose(batch.Count(entry => entry.Row is not null), exception.Message);
        }

        foreach (var (follower, _) in _followers)
        {
            foreach (var row in rows)
                follower.Writer.TryWrite(row);
        }
    }

    private void Lose(long rows, string problem)
    {
        Interlocked.Add(ref _lost, rows);
        _problem = problem;
    }

    private EgressRow Gap(long lost) => new()
    {
        Id = NextId(),
        Time = _time.GetUtcNow(),
        Sandbox = "",
        SandboxId = "",
        Proxy = ProxyKind.Network,
        Host = "(log)",
        Port = 0,
        Allowed = true,
        Reason = $"{lost} rows are missing here: {_problem}",
    };

    private readonly record struct Entry(EgressRow? Row, TaskCompletionSource? Flushed);
}
