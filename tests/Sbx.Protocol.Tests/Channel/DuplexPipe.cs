using System.IO.Pipelines;

namespace Sbx.Protocol.Tests.Channel;

/// <summary>Two streams joined back to back; what one writes the other reads.</summary>
internal sealed class DuplexPipe : Stream
{
    private readonly Stream _reader;
    private readonly Stream _writer;

    private DuplexPipe(Stream reader, Stream writer) => (_reader, _writer) = (reader, writer);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (DuplexPipe Left, DuplexPipe Right) Create()
    {
        Pipe there = new(), back = new();
        return (new DuplexPipe(back.Reader.AsStream(), there.Writer.AsStream()), new DuplexPipe(there.Reader.AsStream(), back.Writer.AsStream()));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _reader.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _writer.WriteAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => _reader.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => _writer.Write(buffer, offset, count);

    public override void Flush() => _writer.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _writer.Dispose();
            _reader.Dispose();
        }

        base.Dispose(disposing);
    }
}
