using System.Globalization;
using System.Text;

namespace Sbx.Api.Http;

/// <summary>
/// One request and its response on a connection of its own (HTTP/1.1, RFC 9112). It does what the daemon's socket needs and no
/// more, because the general client of the framework takes longer to load than most commands take altogether.
/// </summary>
internal static class HttpExchange
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Sends the request and reads the response's head. The response owns the connection; a failure closes it.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">The other side does not speak HTTP as it should.</exception>
    public static async Task<HttpResponse> SendAsync(Stream connection, HttpRequest request, IReadOnlyList<HttpField> fields, CancellationToken cancellationToken)
    {
        try
        {
            var reader = new ConnectionReader(connection);
            var head = await HeadAsync(connection, reader, request, fields, cancellationToken).ConfigureAwait(false);
            // The daemon's server does not repeat the name of the protocol; one that is named must be ours.
            if (head.Status == 101)
                return request.Upgrade is { } wanted && wanted.Equals(head.Single("Upgrade") ?? wanted, StringComparison.OrdinalIgnoreCase)
                    ? new HttpResponse(head, new UpgradedStream(connection, reader))
                    : throw new InvalidDataException("an HTTP answer changes to a protocol that was not asked for");
            return head.Status >= 200
                ? new HttpResponse(head, new BodyStream(connection, reader, BodyFraming.Of(head)))
                : throw new InvalidDataException($"an HTTP answer has the status {head.Status}");
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<ResponseHead> HeadAsync(
        Stream connection, ConnectionReader reader, HttpRequest request, IReadOnlyList<HttpField> fields, CancellationToken cancellationToken)
    {
        var bytes = request.ToBytes(fields);
        try
        {
            await connection.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // It may be a secret.
            Array.Clear(bytes);
        }

        var head = await reader.ReadHeadAsync(cancellationToken).ConfigureAwait(false);
        if (request.Upload is null || head.Status != 100)
            return head;
        try
        {
            await UploadAsync(connection, request.Upload, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenUploadException)
        {
            // A refusal in the middle of the body closes our way to it; the answer was sent before.
        }

        return await reader.ReadHeadAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task UploadAsync(Stream connection, Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkSize];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await WriteAsync(connection, Encoding.ASCII.GetBytes(read.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), cancellationToken).ConfigureAwait(false);
            await WriteAsync(connection, buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            await WriteAsync(connection, "\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }

        await WriteAsync(connection, "0\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    // Told apart from a failure to read the body.
    private static async Task WriteAsync(Stream connection, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await connection.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new BrokenUploadException(e);
        }
    }

    private sealed class BrokenUploadException(IOException inner) : Exception(inner.Message, inner);
}
