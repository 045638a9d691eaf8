using Sbx.Guest.Calls;
using Sbx.Guest.Identity;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Archives;

/// <summary>The archive.put service.</summary>
internal static class PutArchive
{
    public static async Task ServeAsync(GuestState state, MultiplexedStream stream)
    {
        GuestError? error = null;
        try
        {
            var request = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.ArchiveRequest, CancellationToken.None).ConfigureAwait(false);
            if (!request.Path.StartsWith('/') || request.Path.Contains('\0'))
                throw new CallException(GuestErrorCodes.BadRequest, "the path is not absolute");
            var owner = Accounts.Resolve(request.Owner ?? state.Personality.User.Name);
            using var target = new BeneathDirectory(request.Path);
            using var unpacker = new ArchiveUnpacker(target, owner.Uid, owner.Gid);
            await Replies.SendAsync(stream).ConfigureAwait(false);
            await unpacker.RunAsync(stream).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (StreamResetException or ChannelClosedException))
        {
            error = CallException.ToError(e);
        }

        await Replies.SendAsync(stream, error).ConfigureAwait(false);
        await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        // What follows a failure, or the padding after the archive's end, is read to nowhere.
        await Replies.EndAsync(stream).ConfigureAwait(false);
    }
}
