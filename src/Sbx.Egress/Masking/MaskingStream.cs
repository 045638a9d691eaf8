using System.Buffers;

namespace Sbx.Egress.Masking;

/// <summary>
/// Reads from another stream and masks what passes; writes go through untouched. A read that fails drops what was kept: bytes that
/// were not scanned to the end never leave (fails closed).
/// </summary>
internal sealed class MaskingStream(Stream inner, SecretMatcher matcher) : Stream
{
    private readonly MaskingScan _scan = new(matcher);
    private byte[]? _small;
    private int _smallStart;
    private int _smallEnd;
    private bool _ended;
    private bool _failed;

    /// <summary>Whether any secret was found so far.</summary>
    public bool HasMasked => _scan.HasMasked;

    public override bool CanRead => true;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_failed)
            throw new IOException("the stream failed before");
        if (_smallEnd > _smallStart)
            return TakeSmall(buffer);
        if (_ended)
            return 0;
        try
        {
            if (buffer.Length == 0)
                return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            // Large buffers are masked in place; a small one might not hold what is kept.
            if (buffer.Length >= matcher.Longest * 2 + 256)
                return await FillAsync(buffer, cancellationToken).ConfigureAwait(false);
            _small ??= ArrayPool<byte>.Shared.Rent(matcher.Longest * 2 + 4096);
            _smallEnd = await FillAsync(_small, cancellationToken).ConfigureAwait(false);
            _smallStart = 0;
            return TakeSmall(buffer);
        }
        catch
        {
            _failed = true;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            if (Interlocked.Exchange(ref _small, null) is { } small)
                ArrayPool<byte>.Shared.Return(small, clearArray: true);
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var kept = _scan.Kept;
            var read = await inner.ReadAsync(buffer[kept..], cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                _ended = true;
                return _scan.Finish(buffer.Span);
            }

            var done = _scan.Next(buffer.Span[..(kept + read)]);
            if (done > 0)
                return done;
        }
    }

    private int TakeSmall(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _smallEnd - _smallStart);
        _small.AsMemory(_smallStart, count).CopyTo(buffer);
        _smallStart += count;
        return count;
    }
}
