using Sbx.Guest.Archives;
using Sbx.Guest.Boot;
using Sbx.Guest.Exec;
using Sbx.Guest.Identity;
using Sbx.Guest.Power;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Calls;

/// <summary>Hands each stream that the host opens to its service. Nothing that a call does may end process 1.</summary>
internal sealed class CallDispatcher(GuestState state)
{
    public async Task ServeAsync(MultiplexedStream stream)
    {
        try
        {
            await using (stream.ConfigureAwait(false))
                await ServeServiceAsync(stream).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StreamResetException or ChannelClosedException or OperationCanceledException)
        {
            // The host gave the call up, or is gone.
        }
        catch (Exception e)
        {
            BootLog.Write($"{stream.Service}: {e.GetType().Name}: {e.Message}");
        }
    }

    private async Task ServeServiceAsync(MultiplexedStream stream)
    {
        if (!state.IsPersonalized && stream.Service is not (GuestServices.Personalize or GuestServices.Rehearse or GuestServices.Shutdown))
        {
            await stream.ResetAsync("the machine has not been personalized yet").ConfigureAwait(false);
            return;
        }

        var json = ProtocolJson.Default;
        switch (stream.Service)
        {
            case GuestServices.Personalize:
                await Replies.AnswerAsync(stream, json.PersonalizeRequest, request => Personalizer.RunAsync(state, request)).ConfigureAwait(false);
                break;
            case GuestServices.Rehearse when !state.IsPersonalized:
                Rehearsal.Run();
                await ExecCall.ServeAsync(state, stream).ConfigureAwait(false);
                break;
            case GuestServices.Exec:
                await ExecCall.ServeAsync(state, stream).ConfigureAwait(false);
                break;
            case GuestServices.PutArchive:
                await PutArchive.ServeAsync(state, stream).ConfigureAwait(false);
                break;
            case GuestServices.GetArchive:
                await GetArchive.ServeAsync(stream).ConfigureAwait(false);
                break;
            case GuestServices.Dial:
                await DialCall.ServeAsync(stream).ConfigureAwait(false);
                break;
            case GuestServices.Usage:
                await UsageCall.ServeAsync(state, stream).ConfigureAwait(false);
                break;
            case GuestServices.Shutdown:
                await ShutdownCall.ServeAsync(state, stream).ConfigureAwait(false);
                break;
            default:
                await stream.ResetAsync("the guest has no such service").ConfigureAwait(false);
                break;
        }
    }
}
