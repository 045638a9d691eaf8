namespace Sbx.Api.Http;

/// <summary>The body of a response. Disposing closes the connection. Not thread-safe.</summary>
internal sealed class BodyStream(Stream connection, ConnectionReader reader, BodyFraming framing) : ForwardStream
{
    private const int MaxSizeDigits = 15;

    private long _left = framing.Length;
    private bool _ended = !framing.Chunked;
    private bool _begun;

    public override bool CanWrite => false;

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">The chunks are not well-formed.</exception>
    /// <exception cref="EndOfStreamException">The connection ended before the body.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_left == 0 && !_ended)
            await NextChunkAsync(cancellationToken).ConfigureAwait(false);
        if (_left == 0)
            return 0;
        var read = await reader.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        if (read == 0)
            throw new EndOfStreamException("the connection ended inside an answer");
        _left -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Dispose();
        base.Dispose(disposing);
    }

    // RFC 9112, 7.1. Extensions and trailers are never sent to us, so they are refused.
    private async Task NextChunkAsync(CancellationToken cancellationToken)
    {
        if (_begun && await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not "")
            throw new InvalidDataException("a chunk of an HTTP answer does not end where it should");
        _begun = true;
        _left = SizeOf(await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false));
        if (_left > 0)
            return;
        if (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not "")
            throw new InvalidDataException("an HTTP answer has trailers");
        _ended = true;
    }

    private static long SizeOf(string line)
    {
        if (line.Length is 0 or > MaxSizeDigits)
            throw new InvalidDataException("a chunk of an HTTP answer has no size");
        long size = 0;
        foreach (var c in line)
            size = char.IsAsciiHexDigit(c) ? (size << 4) + Digit(c) : throw new InvalidDataException("a chunk of an HTTP answer has no size");
        return size;
    }

    private static int Digit(char c) => char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}
