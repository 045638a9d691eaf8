using System.Buffers.Binary;
using System.Text;

namespace Sbx.Tool.Copying;

/// <summary>
/// Passes a tar stream on and looks at its headers on the way (POSIX pax, ustar): extended headers, which a reader keeps
/// in memory, may have at most one mebibyte. Read only, forward only.
/// </summary>
internal sealed class BoundedTarStream(Stream inner) : Stream
{
    private const int BlockSize = 512;
    private const long MaxExtendedHeader = 1024 * 1024;

    private readonly byte[] _block = new byte[BlockSize];
    private byte[] _pending = [];
    private int _offset;
    private long _data;
    private long? _nextSize;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_offset == _pending.Length && _data == 0)
            await NextHeaderAsync(cancellationToken).ConfigureAwait(false);
        if (_offset < _pending.Length)
        {
            var count = Math.Min(buffer.Length, _pending.Length - _offset);
            _pending.AsMemory(_offset, count).CopyTo(buffer);
            _offset += count;
            return count;
        }

        var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _data)], cancellationToken).ConfigureAwait(false);
        _data -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task NextHeaderAsync(CancellationToken cancellationToken)
    {
        var read = await inner.ReadAtLeastAsync(_block, BlockSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        _offset = 0;
        _pending = _block[..read];
        if (read < BlockSize || _block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            return;
        var size = SizeField(_block.AsSpan(124, 12));
        var kind = (char)_block[156];
        if (kind is not ('x' or 'g' or 'L' or 'K'))
        {
            _data = Padded(kind is '1' or '2' or '3' or '4' or '5' or '6' ? 0 : _nextSize ?? size);
            _nextSize = null;
            return;
        }

        if (size > MaxExtendedHeader)
            throw new InvalidDataException("an extended header of the archive is too large");
        var extended = new byte[Padded(size)];
        await inner.ReadExactlyAsync(extended, cancellationToken).ConfigureAwait(false);
        _pending = [.. _block, .. extended];
        if (kind == 'x')
            _nextSize = SizeRecord(extended.AsSpan(0, (int)size));
    }

    private static long Padded(long size) =>
        size is >= 0 and < long.MaxValue - BlockSize ? (size + BlockSize - 1) / BlockSize * BlockSize : throw new InvalidDataException("a size in the archive is not valid");

    // Octal digits, or a big-endian number where the first bit is set.
    private static long SizeField(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
            return field[0] == 0x80 && field[1..4].IndexOfAnyExcept((byte)0) < 0 ? BinaryPrimitives.ReadInt64BigEndian(field[4..]) : -1;
        long size = 0;
        foreach (var b in field)
        {
            if (b is >= (byte)'0' and <= (byte)'7')
                size = (size << 3) | (uint)(b - '0');
            else if (b is not ((byte)' ' or 0))
                return -1;
        }

        return size;
    }

    // Records are "length key=value\n", where the length counts the whole record.
    private static long? SizeRecord(ReadOnlySpan<byte> records)
    {
        long? size = null;
        while (!records.IsEmpty)
        {
            var blank = records.IndexOf((byte)' ');
            if (blank <= 0 || !int.TryParse(records[..blank], out var length) || length <= blank + 1 || length > records.Length)
                throw new InvalidDataException("an extended header of the archive is not valid");
            var record = Encoding.UTF8.GetString(records[(blank + 1)..(length - 1)]);
            if (record.StartsWith("size=", StringComparison.Ordinal))
                size = long.TryParse(record.AsSpan(5), out var value) && value >= 0 ? value : throw new InvalidDataException("a size in the archive is not valid");
            records = records[length..];
        }

        return size;
    }
}
