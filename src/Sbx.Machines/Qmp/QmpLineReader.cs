namespace Sbx.Machines.Qmp;

/// <summary>Splits a stream into lines of bounded length. Not thread-safe.</summary>
/// <param name="stream">Where the bytes come from; not owned.</param>
internal sealed class QmpLineReader(Stream stream)
{
    /// <summary>Longest line that is accepted, in bytes; the largest real answer (a console ring as base64) is far below.</summary>
    public const int MaxLine = 1024 * 1024;

    private byte[] _buffer = new byte[8192];
    private int _start;
    private int _end;

    /// <summary>The next line without its end, valid until the next call; null at the end of the stream.</summary>
    /// <exception cref="QmpException">The line is too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var searched = _start;
        while (true)
        {
            var index = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (index >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + index - _start);
                _start = searched + index + 1;
                return line.Length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;
            }

            searched = MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return null;
            _end += read;
        }
    }

    // Returns where the search goes on.
    private int MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxLine)
                throw new QmpException($"QEMU sent a line of more than {MaxLine} bytes");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        return _end;
    }
}
