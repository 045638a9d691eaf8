namespace Sbx.Egress.Requests;

/// <summary>Reads another stream with placeholders replaced, also where one is split over reads. Holds one buffer, whatever the length.</summary>
internal sealed class ReplacingStream(Stream inner, PlaceholderReplacer replacer) : Stream
{
    private readonly byte[] _input = new byte[16 * 1024 + replacer.Longest];
    private readonly MemoryStream _output = new();
    private int _kept;
    private bool _ended;

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
        if (buffer.Length == 0)
            return 0;
        while (true)
        {
            var read = _output.Read(buffer.Span);
            if (read > 0)
                return read;
            if (_ended)
                return 0;
            _output.SetLength(0);
            var got = await inner.ReadAsync(_input.AsMemory(_kept), cancellationToken).ConfigureAwait(false);
            _ended = got == 0;
            Replace(_kept + got);
            _output.Position = 0;
        }
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

    private void Replace(int length)
    {
        var rest = _input.AsSpan(0, length);
        while (replacer.FindFirst(rest) is (>= 0 and var at, var index))
        {
            var (placeholder, value) = replacer.Placeholders[index];
            _output.Write(rest[..at]);
            _output.Write(value);
            rest = rest[(at + placeholder.Length)..];
        }

        _kept = _ended ? 0 : replacer.OpenEnd(rest);
        _output.Write(rest[..^_kept]);
        rest[^_kept..].CopyTo(_input);
    }
}
