using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sbx.Protocol.Channel;

/// <summary>
/// One stream of a <see cref="Multiplexer"/>. One reader and one writer may work at the same time; neither side is
/// thread-safe in itself. Disposing before both directions have ended resets the stream at the peer.
/// </summary>
public sealed class MultiplexedStream : Stream
{
    private readonly Multiplexer _owner;
    private readonly int _window;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _readable = new(0, 1);
    private readonly SemaphoreSlim _writable = new(0, 1);
    private byte[] _buffer = [];
    private int _start;
    private int _count;
    private int _granted;
    private int _consumed;
    private long _credit;
    private bool _peerFinished;
    private bool _finished;
    private bool _disposed;
    private Exception? _failure;

    internal MultiplexedStream(Multiplexer owner, uint id, string service, int window, bool isLocal)
    {
        _owner = owner;
        _window = window;
        _granted = window;
        _credit = window;
        Id = id;
        Service = service;
        IsLocal = isLocal;
    }

    /// <summary>The service that the opener asked for.</summary>
    public string Service { get; }

    internal uint Id { get; }

    internal bool IsLocal { get; }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Tells the peer that no more bytes follow; reading goes on.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_finished || _failure is not null || _disposed)
                return;
            _finished = true;
        }

        await _owner.SendAsync(FrameType.Finish, Id, default, cancellationToken).ConfigureAwait(false);
        ForgetIfOver();
    }

    /// <summary>Gives the stream up in both directions and tells the peer why.</summary>
    /// <param name="reason">Shown at the peer; must hold nothing secret.</param>
    public async ValueTask ResetAsync(string reason)
    {
        lock (_gate)
        {
            if (_disposed || _failure is not null)
                return;
            _failure = new StreamResetException(reason);
        }

        Wake();
        _owner.Forget(this);
        try
        {
            await _owner.SendAsync(FrameType.Reset, Id, Encoding.UTF8.GetBytes(reason.Length > 1000 ? reason[..1000] : reason), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The whole channel is gone, and the stream with it.
        }
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
            return 0;
        while (true)
        {
            int taken, credit = 0;
            lock (_gate)
            {
                taken = Math.Min(buffer.Length, _count);
                if (taken > 0)
                {
                    CopyOut(buffer.Span[..taken]);
                    _consumed += taken;
                    // Granting in halves keeps the number of window frames low.
                    if (_consumed >= _window / 2 && !_peerFinished)
                    {
                        credit = _consumed;
                        _granted += credit;
                        _consumed = 0;
                    }
                }
                else if (_failure is not null)
                    throw _failure;
                else if (_peerFinished || _disposed)
                    return 0;
            }

            if (credit > 0)
                await GrantAsync(credit).ConfigureAwait(false);
            if (taken > 0)
                return taken;
            await _readable.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            int allowed;
            lock (_gate)
            {
                if (_failure is not null)
                    throw _failure;
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_finished)
                    throw new InvalidOperationException("the stream was finished");
                allowed = (int)Math.Min(Math.Min(buffer.Length, FrameHeader.MaxPayload), _credit);
                _credit -= allowed;
            }

            if (allowed == 0)
            {
                await _writable.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await _owner.SendAsync(FrameType.Data, Id, buffer[..allowed], cancellationToken).ConfigureAwait(false);
            buffer = buffer[allowed..];
        }
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        bool over;
        lock (_gate)
        {
            if (_disposed)
                return;
            over = _failure is not null || (_finished && _peerFinished);
        }

        if (!over)
            await ResetAsync("closed").ConfigureAwait(false);
        lock (_gate)
            _disposed = true;
        Wake();
        _owner.Forget(this);
        Release();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _ = DisposeAsync().AsTask();
        base.Dispose(disposing);
    }

    internal void OnData(ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            _granted -= payload.Length;
            if (_granted < 0)
                throw new ChannelProtocolException("a stream received more than its window");
            if (_peerFinished)
                throw new ChannelProtocolException("a stream received bytes after its end");
            if (_disposed || _failure is not null)
                return;
            CopyIn(payload.Span);
        }

        Release(_readable);
    }

    internal void OnWindow(uint bytes)
    {
        lock (_gate)
        {
            _credit += bytes;
            if (_credit > int.MaxValue)
                throw new ChannelProtocolException("a stream was granted too large a window");
        }

        Release(_writable);
    }

    internal void OnFinish()
    {
        lock (_gate)
            _peerFinished = true;
        Release(_readable);
        ForgetIfOver();
    }

    internal void OnReset(Exception failure)
    {
        lock (_gate)
            _failure ??= failure;
        Wake();
    }

    private async ValueTask GrantAsync(int credit)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(payload, credit);
        try
        {
            await _owner.SendAsync(FrameType.Window, Id, payload, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The bytes already read are still good; the next read reports the end.
        }
    }

    private void ForgetIfOver()
    {
        bool over;
        lock (_gate)
            over = _finished && _peerFinished;
        if (over)
            _owner.Forget(this);
    }

    private void Wake()
    {
        Release(_readable);
        Release(_writable);
    }

    private static void Release(SemaphoreSlim semaphore)
    {
        lock (semaphore)
        {
            if (semaphore.CurrentCount == 0)
                semaphore.Release();
        }
    }

    // A ring that grows up to the window, so that idle streams cost nothing.
    private void CopyIn(ReadOnlySpan<byte> source)
    {
        if (source.Length == 0)
            return;
        if (_count + source.Length > _buffer.Length)
        {
            var grown = ArrayPool<byte>.Shared.Rent(Math.Max(4096, _count + source.Length));
            var count = _count;
            CopyOut(grown.AsSpan(0, count));
            if (_buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _count) = (grown, 0, count);
        }

        var tail = (_start + _count) % _buffer.Length;
        var first = Math.Min(source.Length, _buffer.Length - tail);
        source[..first].CopyTo(_buffer.AsSpan(tail));
        source[first..].CopyTo(_buffer);
        _count += source.Length;
    }

    private void CopyOut(Span<byte> target)
    {
        if (target.Length == 0)
            return;
        var first = Math.Min(target.Length, _buffer.Length - _start);
        _buffer.AsSpan(_start, first).CopyTo(target);
        _buffer.AsSpan(0, target.Length - first).CopyTo(target[first..]);
        _start = (_start + target.Length) % _buffer.Length;
        _count -= target.Length;
    }

    private void Release()
    {
        lock (_gate)
        {
            if (_buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _count) = ([], 0, 0);
        }
    }
}
