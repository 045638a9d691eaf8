namespace Sbx.Api.Http;

/// <summary>Reads lines that end with LF from a body. Not thread-safe.</summary>
internal sealed class LineReader(Stream stream)
{
    private const int MaxLine = 4 * 1024 * 1024;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null at the end of the body. An end in the middle of a line ends that line.</summary>
    /// <exception cref="InvalidDataException">It is longer than 4 MiB.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        for (var searched = 0; ;)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
                return Take(searched + at, skip: 1);
            searched = _end - _start;
            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return searched > 0 ? Take(searched, skip: 0) : null;
            _end += read;
        }
    }

    private byte[] Take(int length, int skip)
    {
        var line = _buffer.AsSpan(_start, length).ToArray();
        _start += length + skip;
        return line;
    }

    private void MakeRoom()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == MaxLine)
            throw new InvalidDataException($"an answer has a line of more than {MaxLine} bytes");
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 4, MaxLine));
    }
}
