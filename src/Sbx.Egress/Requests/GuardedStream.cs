using Sbx.Egress.Masking;

namespace Sbx.Egress.Requests;

/// <summary>Reads a request body and breaks off before a placeholder has passed, also when it is split over reads.</summary>
internal sealed class GuardedStream(Stream inner, SecretMatcher matcher, string problem) : Stream
{
    private readonly MaskingStream _scanned = new(inner, matcher);

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _scanned.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return _scanned.HasMasked ? throw new PlaceholderLeakException(problem) : read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
