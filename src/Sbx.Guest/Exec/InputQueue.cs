namespace Sbx.Guest.Exec;

/// <summary>
/// Holds stdin that the process has not read yet, so that signals and window sizes behind it are still seen. Holds at most
/// <see cref="Capacity"/>; then frames wait, and only breaking the stream ends a process that never reads.
/// </summary>
internal sealed class InputQueue(AsyncDescriptor? target, bool isTerminal) : IDisposable
{
    /// <summary>Bytes.</summary>
    public const int Capacity = 4 * 1024 * 1024;

    private static readonly byte[] EndOfTransmission = [4];
    private readonly Queue<byte[]> _chunks = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly SemaphoreSlim _drained = new(0, 1);
    private readonly Lock _gate = new();
    private int _bytes;
    private bool _isEnded;

    /// <summary>Adds a frame's payload; an empty one is the end of the input.</summary>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> payload)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_isEnded || target is null)
                    return;
                if (_bytes < Capacity)
                {
                    _isEnded = payload.Length == 0;
                    _bytes += payload.Length;
                    _chunks.Enqueue(payload.ToArray());
                    _filled.Release();
                    return;
                }
            }

            await _drained.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Forgets what is queued and takes no more: the process reads no longer.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _isEnded = true;
            _chunks.Clear();
            _chunks.Enqueue([]);
            _bytes = 0;
        }

        _filled.Release();
        Drained();
    }

    /// <summary>Writes to the process until the end of the input.</summary>
    public async Task RunAsync()
    {
        if (target is null)
            return;
        while (true)
        {
            await _filled.WaitAsync().ConfigureAwait(false);
            byte[]? chunk;
            lock (_gate)
            {
                if (!_chunks.TryDequeue(out chunk))
                    continue;
                _bytes -= chunk.Length;
            }

            Drained();
            if (chunk.Length == 0)
                break;
            if (!await target.WriteAsync(chunk).ConfigureAwait(false))
            {
                Discard();
                break;
            }
        }

        // Closing the master would hang the terminal up; its end of input is a character.
        if (isTerminal)
            await target.WriteAsync(EndOfTransmission).ConfigureAwait(false);
        else
            target.Dispose();
    }

    public void Dispose()
    {
        _filled.Dispose();
        _drained.Dispose();
    }

    private void Drained()
    {
        lock (_drained)
        {
            if (_drained.CurrentCount == 0)
                _drained.Release();
        }
    }
}
