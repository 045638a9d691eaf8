using System.IO.Pipelines;

namespace Sbx.Egress.Connections;

/// <summary>
/// One stream from a guest: bytes are read ahead into <see cref="Input"/> (bounded), so that the first ones can be looked
/// at without being taken, and so that the end of the stream is noticed while a request is being served.
/// </summary>
internal sealed class GuestStream : IAsyncDisposable
{
    private const int MinimumRead = 4096;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    // Whoever reads goes on where the bytes came in, without a hop to another thread.
    private static readonly PipeOptions Options = new(
        readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, minimumSegmentSize: 16 * 1024, useSynchronizationContext: false);

    private readonly Stream _stream;
    private readonly Func<CancellationToken, ValueTask>? _finish;
    private readonly Pipe _pipe = new(Options);
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _pump;
    private int _disposed;

    /// <summary>Starts to read ahead.</summary>
    /// <param name="stream">Both directions of the guest's connection; owned from here on.</param>
    /// <param name="finish">Ends the direction to the guest and leaves the other open; null when the stream has no such thing.</param>
    public GuestStream(Stream stream, Func<CancellationToken, ValueTask>? finish)
    {
        _stream = stream;
        _finish = finish;
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        _pump = PumpAsync();
    }

    /// <summary>What the guest sent.</summary>
    public PipeReader Input => _pipe.Reader;

    /// <summary>What goes to the guest. Flushed bytes are on the stream.</summary>
    public PipeWriter Output { get; }

    /// <summary>Cancelled when the guest has ended its direction, or the stream broke.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Writes at once, past <see cref="Output"/>.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Ends the direction to the guest.</summary>
    /// <returns>False when the stream can only be closed as a whole.</returns>
    public async ValueTask<bool> TryFinishAsync(CancellationToken cancellationToken)
    {
        if (_finish is null)
            return false;
        await _finish(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// Ends the direction to the guest and gives it a moment to end its own, so that what was written last is read before the stream
    /// goes; then gives both up.
    /// </summary>
    public async ValueTask CloseAsync()
    {
        try
        {
            if (await TryFinishAsync(_stop.Token).ConfigureAwait(false))
            {
                await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
                await _pump.WaitAsync(Linger).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or TimeoutException or System.Net.Sockets.SocketException)
        {
            // Gone already, or in no hurry to end.
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives both directions up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _pipe.Reader.CancelPendingRead();
        await _pump.ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        Exception? failure = null;
        var writer = _pipe.Writer;
        try
        {
            while (true)
            {
                var read = await _stream.ReadAsync(writer.GetMemory(MinimumRead), _stop.Token).ConfigureAwait(false);
                if (read == 0)
                    break;
                writer.Advance(read);
                var flushed = await writer.FlushAsync(_stop.Token).ConfigureAwait(false);
                if (flushed.IsCompleted)
                    break;
            }
        }
        catch (Exception exception)
        {
            failure = exception is IOException ? exception : new IOException("the guest's stream broke", exception);
        }

        await writer.CompleteAsync(failure).ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
    }
}
