namespace Sbx.Egress.Requests;

/// <summary>Passes everything through and counts the bytes.</summary>
/// <param name="inner">The stream; disposed with this one when <paramref name="ownsInner"/>.</param>
/// <param name="read">Called with the bytes of each read.</param>
/// <param name="written">Called with the bytes of each write; null for streams that are only read.</param>
/// <param name="ownsInner">Whether to dispose the stream.</param>
internal sealed class CountingStream(Stream inner, Action<int> read, Action<int>? written, bool ownsInner) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => written is not null && inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var pending = inner.ReadAsync(buffer, cancellationToken);
        if (!pending.IsCompletedSuccessfully)
            return AwaitAsync(pending, read);
        var count = pending.Result;
        read(count);
        return ValueTask.FromResult(count);

        static async ValueTask<int> AwaitAsync(ValueTask<int> pending, Action<int> read)
        {
            var count = await pending.ConfigureAwait(false);
            read(count);
            return count;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var got = inner.Read(buffer, offset, count);
        read(got);
        return got;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        written?.Invoke(buffer.Length);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        written?.Invoke(count);
        inner.Write(buffer, offset, count);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsInner)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
