using System.Text.Json.Serialization.Metadata;
using Sbx.Api.Errors;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Daemon.Machines;

/// <summary>Calls the services of one guest.</summary>
internal sealed class GuestClient(Multiplexer channel)
{
    /// <summary>Opens a service and sends its request; the caller owns the stream.</summary>
    public async Task<MultiplexedStream> OpenAsync<T>(string service, T request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var stream = await channel.OpenAsync(service, cancellationToken).ConfigureAwait(false);
        try
        {
            await JsonFraming.WriteAsync(stream, request, type, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads the reply of a call.</summary>
    /// <exception cref="SbxException">The guest reports a failure.</exception>
    public static async Task<Reply> ReadReplyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var reply = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.Reply, cancellationToken).ConfigureAwait(false);
        return reply.Error is null ? reply : throw Translate(reply.Error);
    }

    /// <summary>One request, one reply.</summary>
    public async Task<Reply> CallAsync<T>(string service, T request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(service, request, type, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            return await ReadReplyAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A call that takes no request.</summary>
    public async Task<Reply> CallAsync(string service, CancellationToken cancellationToken)
    {
        var stream = await channel.OpenAsync(service, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            return await ReadReplyAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static SbxException Translate(GuestError error) => new(
        error.Code switch
        {
            GuestErrorCodes.BadRequest => ErrorCode.Usage,
            GuestErrorCodes.NotFound or GuestErrorCodes.NoUser => ErrorCode.NotFound,
            GuestErrorCodes.NotPermitted => ErrorCode.Denied,
            _ => ErrorCode.Failed,
        },
        error.Message);
}
