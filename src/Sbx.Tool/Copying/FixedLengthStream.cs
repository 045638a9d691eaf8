using Microsoft.Win32.SafeHandles;

namespace Sbx.Tool.Copying;

/// <summary>
/// A file that is as long as its header says: when it shrinks while it is read, zeros fill the rest, and what it has grown
/// by is left out. Owns the handle.
/// </summary>
internal sealed class FixedLengthStream(SafeFileHandle file, long length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, length - Position)];
        if (buffer.IsEmpty)
            return 0;
        var read = RandomAccess.Read(file, buffer, Position);
        if (read == 0)
        {
            buffer.Clear();
            read = buffer.Length;
        }

        Position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
