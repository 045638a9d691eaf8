namespace Sbx.Api.Http;

/// <summary>A response whose body is still to be read. Disposing closes the connection.</summary>
/// <param name="Head">Status and fields.</param>
/// <param name="Body">Body, or the connection after a change of protocol.</param>
internal sealed record HttpResponse(ResponseHead Head, Stream Body) : IDisposable
{
    /// <summary>Whether the protocol was changed.</summary>
    public bool IsUpgraded => Head.Status == 101;

    /// <summary>Whether the request was carried out.</summary>
    public bool IsSuccess => Head.Status is >= 200 and <= 299;

    /// <summary>Reads the whole body.</summary>
    /// <param name="limit">Most bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidDataException">It is longer than the limit, or not well-formed.</exception>
    /// <exception cref="EndOfStreamException">The connection ended first.</exception>
    public async Task<byte[]> ReadToEndAsync(int limit, CancellationToken cancellationToken)
    {
        var (buffer, length) = (new byte[4096], 0);
        int read;
        while ((read = await Body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
        {
            length += read;
            if (length > limit)
                throw new InvalidDataException($"an answer has more than {limit} bytes");
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }

        Array.Resize(ref buffer, length);
        return buffer;
    }

    /// <inheritdoc />
    public void Dispose() => Body.Dispose();
}
