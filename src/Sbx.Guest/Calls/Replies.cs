using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Calls;

/// <summary>Writes <see cref="Reply"/> messages.</summary>
internal static class Replies
{
    /// <summary>Reads a request, runs it and answers; a failure becomes the answer's error.</summary>
    public static async Task AnswerAsync<T>(MultiplexedStream stream, JsonTypeInfo<T> type, Func<T, Task> run)
    {
        GuestError? error = null;
        try
        {
            await run(await JsonFraming.ReadAsync(stream, type, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (StreamResetException or ChannelClosedException))
        {
            error = CallException.ToError(e);
        }

        await SendAsync(stream, error).ConfigureAwait(false);
        await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        await EndAsync(stream).ConfigureAwait(false);
    }

    /// <summary>One reply, good or bad.</summary>
    public static ValueTask SendAsync(Stream stream, GuestError? error = null, JsonElement? data = null) =>
        JsonFraming.WriteAsync(stream, new Reply { Error = error, Data = data }, ProtocolJson.Default.Reply, CancellationToken.None);

    /// <summary>Waits for the peer's end, so that disposing does not reset what it has not read yet.</summary>
    public static async Task EndAsync(MultiplexedStream stream)
    {
        var scrap = new byte[256];
        while (await stream.ReadAsync(scrap).ConfigureAwait(false) > 0)
        {
        }
    }
}
