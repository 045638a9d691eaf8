using Sbx.Guest.Calls;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Exec;

/// <summary>The exec service.</summary>
internal static class ExecCall
{
    public static async Task ServeAsync(GuestState state, MultiplexedStream stream)
    {
        ChildProcess process;
        ExecRequest request;
        try
        {
            request = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.ExecRequest, CancellationToken.None).ConfigureAwait(false);
            process = ProcessStarter.Start(state, request);
        }
        catch (Exception e) when (e is not (StreamResetException or ChannelClosedException))
        {
            using var writer = new ExecFrameWriter(stream);
            await writer.WriteAsync(ExecFrameType.Error, CallException.ToError(e), ProtocolJson.Default.GuestError).ConfigureAwait(false);
            await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
            await Replies.EndAsync(stream).ConfigureAwait(false);
            return;
        }

        using (process)
            await new ExecSession(process, stream, request).RunAsync().ConfigureAwait(false);
    }
}
