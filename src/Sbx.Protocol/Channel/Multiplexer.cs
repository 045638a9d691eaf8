using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;

namespace Sbx.Protocol.Channel;

/// <summary>
/// Many byte streams over one, with backpressure per stream. A small own protocol rather than a library, because the far
/// side is an untrusted guest: every limit is checked, any violation ends the channel, and the parser is short enough to fuzz.
/// Thread-safe. Streams are opened by name of a service and accepted with <see cref="AcceptAsync"/>.
/// </summary>
public sealed class Multiplexer : IAsyncDisposable
{
    /// <summary>Version of the frame format, exchanged in the first frame.</summary>
    public const uint Version = 1;

    private const int MaxServiceName = 256;

    private readonly Stream _transport;
    private readonly MultiplexerOptions _options;
    private readonly ConcurrentDictionary<uint, MultiplexedStream> _streams = new();
    private readonly Channel<MultiplexedStream> _incoming = System.Threading.Channels.Channel.CreateUnbounded<MultiplexedStream>();
    private readonly SemaphoreSlim _writeLock = new(1, 1);
    private readonly byte[] _writeBuffer = new byte[FrameHeader.Size + FrameHeader.MaxPayload];
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _nextId;
    private int _peerStreams;
    private int _closeStarted;

    private Multiplexer(Stream transport, MultiplexerOptions options)
    {
        _transport = transport;
        _options = options;
        _nextId = options.IsHost ? 1u : 2u;
    }

    /// <summary>Completes when the channel has ended; the result is the cause, or null after an orderly dispose.</summary>
    public Task<Exception?> Completion => _closed.Task;

    /// <summary>Starts a channel on <paramref name="transport"/>; the host introduces itself, the guest answers each introduction.</summary>
    /// <param name="transport">A duplex stream; owned by the multiplexer from now on.</param>
    /// <param name="options">Which side this is, and the limits.</param>
    public static Multiplexer Start(Stream transport, MultiplexerOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        var mux = new Multiplexer(transport, options);
        _ = mux.RunAsync();
        return mux;
    }

    /// <summary>Waits until the peer's first frame has arrived and its version fits.</summary>
    /// <exception cref="ChannelClosedException">The channel ended first.</exception>
    public Task WaitForPeerAsync(CancellationToken cancellationToken) => _hello.Task.WaitAsync(cancellationToken);

    /// <summary>Opens a stream to a service of the peer. Bytes may be written at once.</summary>
    /// <param name="service">Name of the service, at most 256 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels the wait for the transport.</param>
    /// <exception cref="ChannelClosedException">The channel has ended.</exception>
    public async ValueTask<MultiplexedStream> OpenAsync(string service, CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetBytes(service);
        if (name.Length is 0 or > MaxServiceName)
            throw new ArgumentException($"a service name has 1 to {MaxServiceName} bytes", nameof(service));
        ThrowIfClosed();
        var id = Interlocked.Add(ref _nextId, 2) - 2;
        var stream = new MultiplexedStream(this, id, service, _options.StreamWindow, isLocal: true);
        _streams[id] = stream;
        try
        {
            await SendAsync(FrameType.Open, id, name, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _streams.TryRemove(id, out _);
            throw;
        }

        return stream;
    }

    /// <summary>The next stream opened by the peer, or null when the channel has ended.</summary>
    public async ValueTask<MultiplexedStream?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _incoming.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_incoming.Reader.TryRead(out var stream))
                return stream;
        }

        return null;
    }

    /// <summary>Ends the channel; open streams fail with <see cref="ChannelClosedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(null).ConfigureAwait(false);
        _closing.Dispose();
    }

    internal async ValueTask SendAsync(FrameType type, uint id, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _writeLock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            new FrameHeader(type, id, payload.Length).Write(_writeBuffer);
            payload.CopyTo(_writeBuffer.AsMemory(FrameHeader.Size));
            // Never cancelled half way: a torn frame would end the channel for everybody.
            await _transport.WriteAsync(_writeBuffer.AsMemory(0, FrameHeader.Size + payload.Length), _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ChannelClosedException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            _ = CloseAsync(e);
            throw new ChannelClosedException("the channel to the peer has ended", e);
        }
        finally
        {
            _writeLock.Release();
        }
    }

    internal void Forget(MultiplexedStream stream)
    {
        if (_streams.TryRemove(KeyValuePair.Create(stream.Id, stream)) && !stream.IsLocal)
            Interlocked.Decrement(ref _peerStreams);
    }

    private void ThrowIfClosed()
    {
        if (Volatile.Read(ref _closeStarted) != 0)
            throw new ChannelClosedException("the channel to the peer has ended");
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        Exception? cause = null;
        try
        {
            if (_options.IsHost)
                await SendHelloAsync().ConfigureAwait(false);
            await ReadLoopAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            cause = e;
        }

        await CloseAsync(cause ?? new EndOfStreamException("the peer closed the channel")).ConfigureAwait(false);
    }

    private ValueTask SendHelloAsync()
    {
        var version = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(version, Version);
        return SendAsync(FrameType.Hello, 0, version, CancellationToken.None);
    }

    private async Task ReadLoopAsync()
    {
        var buffer = new byte[256 * 1024];
        int start = 0, end = 0;
        while (true)
        {
            while (end - start < FrameHeader.Size)
            {
                if (!await FillAsync().ConfigureAwait(false))
                    return;
            }

            var header = FrameHeader.Read(buffer.AsSpan(start, FrameHeader.Size));
            while (end - start < FrameHeader.Size + header.Length)
            {
                if (!await FillAsync().ConfigureAwait(false))
                    throw new EndOfStreamException("the channel ended inside a frame");
            }

            await DispatchAsync(header, buffer.AsMemory(start + FrameHeader.Size, header.Length)).ConfigureAwait(false);
            start += FrameHeader.Size + header.Length;
        }

        async ValueTask<bool> FillAsync()
        {
            if (start == end)
                start = end = 0;
            else if (buffer.Length - start < FrameHeader.Size + FrameHeader.MaxPayload)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
            }

            var read = await _transport.ReadAsync(buffer.AsMemory(end), _closing.Token).ConfigureAwait(false);
            end += read;
            return read > 0;
        }
    }

    private async ValueTask DispatchAsync(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Type == FrameType.Hello)
        {
            if (header.StreamId != 0 || payload.Length != 4)
                throw new ChannelProtocolException("the first frame is malformed");
            var version = BinaryPrimitives.ReadUInt32LittleEndian(payload.Span);
            if (version != Version)
                throw new ChannelProtocolException($"the peer speaks version {version} of the channel, this side {Version}");
            // A restored guest meets a new host in the middle of its life: it answers every introduction, not only the first,
            // and the streams of the former host, whose ids the new one uses again, are over.
            if (!_hello.TrySetResult())
                DropStreams(new ChannelClosedException("the peer has introduced itself anew"));
            if (!_options.IsHost)
                await SendHelloAsync().ConfigureAwait(false);
            return;
        }

        if (!_hello.Task.IsCompleted)
            throw new ChannelProtocolException("the peer did not introduce itself");
        if (header.Type == FrameType.Open)
        {
            await AcceptOpenAsync(header, payload).ConfigureAwait(false);
            return;
        }

        // Frames for a stream that was just closed here are expected and dropped.
        if (!_streams.TryGetValue(header.StreamId, out var stream))
            return;
        switch (header.Type)
        {
            case FrameType.Data:
                stream.OnData(payload);
                break;
            case FrameType.Window:
                if (payload.Length != 4)
                    throw new ChannelProtocolException("a window frame has four bytes");
                stream.OnWindow(BinaryPrimitives.ReadUInt32LittleEndian(payload.Span));
                break;
            case FrameType.Finish:
                stream.OnFinish();
                break;
            case FrameType.Reset:
                stream.OnReset(new StreamResetException(Encoding.UTF8.GetString(payload.Span)));
                Forget(stream);
                break;
        }
    }

    private async ValueTask AcceptOpenAsync(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        var isPeerId = header.StreamId % 2 == (_options.IsHost ? 0u : 1u);
        if (header.StreamId == 0 || !isPeerId || payload.Length is 0 or > MaxServiceName)
            throw new ChannelProtocolException("an open frame is malformed");
        var service = Encoding.UTF8.GetString(payload.Span);
        var stream = new MultiplexedStream(this, header.StreamId, service, _options.StreamWindow, isLocal: false);
        if (!_streams.TryAdd(header.StreamId, stream))
            throw new ChannelProtocolException($"stream {header.StreamId} was opened twice");
        if (Interlocked.Increment(ref _peerStreams) > _options.MaxPeerStreams)
        {
            Forget(stream);
            await SendAsync(FrameType.Reset, header.StreamId, "too many open streams"u8.ToArray(), CancellationToken.None).ConfigureAwait(false);
            return;
        }

        _incoming.Writer.TryWrite(stream);
    }

    private void DropStreams(Exception failure)
    {
        foreach (var stream in _streams.Values)
        {
            stream.OnReset(failure);
            Forget(stream);
        }
    }

    private async Task CloseAsync(Exception? cause)
    {
        if (Interlocked.Exchange(ref _closeStarted, 1) != 0)
        {
            await _closed.Task.ConfigureAwait(false);
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        var failure = new ChannelClosedException(cause is null ? "the channel was closed" : $"the channel to the peer has ended: {cause.Message}", cause);
        _hello.TrySetException(failure);
        _ = _hello.Task.Exception; // observed: nobody may be waiting
        _incoming.Writer.TryComplete();
        DropStreams(failure);
        try
        {
            await _transport.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The transport is gone already; there is nobody left to tell.
        }

        _closed.TrySetResult(cause);
    }
}
