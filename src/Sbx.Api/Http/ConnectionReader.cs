namespace Sbx.Api.Http;

/// <summary>Reads heads, lines and bytes from a connection. Not thread-safe.</summary>
internal sealed class ConnectionReader(Stream connection)
{
    // A line of a chunked body: hexadecimal digits.
    private const int MaxLine = 64;

    private readonly byte[] _buffer = new byte[ResponseHead.MaxSize];
    private int _start;
    private int _end;

    /// <summary>Reads a response's head.</summary>
    /// <exception cref="InvalidDataException">It is not one, or too long.</exception>
    /// <exception cref="EndOfStreamException">The connection ended first.</exception>
    public async Task<ResponseHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = LengthThrough("\r\n\r\n"u8, ResponseHead.MaxSize)) < 0)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        return ResponseHead.Parse(Take(length));
    }

    /// <summary>Reads a short line, without its end.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    /// <exception cref="EndOfStreamException">The connection ended first.</exception>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = LengthThrough("\r\n"u8, MaxLine)) < 0)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        return System.Text.Encoding.Latin1.GetString(Take(length)[..^2]);
    }

    /// <summary>Reads what is there, at least one byte; 0 at the connection's end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_start == _end || buffer.IsEmpty)
            return connection.ReadAsync(buffer, cancellationToken);
        var length = Math.Min(buffer.Length, _end - _start);
        Take(length).CopyTo(buffer.Span);
        return new ValueTask<int>(length);
    }

    private int LengthThrough(ReadOnlySpan<byte> end, int limit)
    {
        var held = _buffer.AsSpan(_start, _end - _start);
        var at = held.IndexOf(end);
        if (at >= 0 && at + end.Length <= limit)
            return at + end.Length;
        return at < 0 && held.Length < limit ? -1 : throw new InvalidDataException($"an HTTP answer has a line or a head of more than {limit} bytes");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _buffer.AsSpan(_start, length);
        _start += length;
        return taken;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await connection.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        if (read == 0)
            throw new EndOfStreamException("the connection ended inside an answer");
        _end += read;
    }
}
