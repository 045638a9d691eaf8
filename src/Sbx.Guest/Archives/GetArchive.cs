using System.Formats.Tar;
using Sbx.Guest.Calls;
using Sbx.Guest.Native;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Archives;

/// <summary>The archive.get service.</summary>
internal static class GetArchive
{
    public static async Task ServeAsync(MultiplexedStream stream)
    {
        ArchivePacker packer;
        try
        {
            var request = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.ArchiveRequest, CancellationToken.None).ConfigureAwait(false);
            if (!request.Path.StartsWith('/') || request.Path.Contains('\0'))
                throw new CallException(GuestErrorCodes.BadRequest, "the path is not absolute");
            packer = ArchivePacker.Open(request.Path, request.FollowLink);
        }
        catch (Exception e) when (e is not (StreamResetException or ChannelClosedException))
        {
            await Replies.SendAsync(stream, CallException.ToError(e)).ConfigureAwait(false);
            await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
            await Replies.EndAsync(stream).ConfigureAwait(false);
            return;
        }

        await Replies.SendAsync(stream).ConfigureAwait(false);
        try
        {
            // Not disposed: that would close the stream, whose end the host must see instead.
            var buffered = new BufferedStream(stream, 64 * 1024);
            var writer = new TarWriter(buffered, TarEntryFormat.Pax, leaveOpen: true);
            await using (writer.ConfigureAwait(false))
                await packer.RunAsync(writer).ConfigureAwait(false);
            await buffered.FlushAsync().ConfigureAwait(false);
            await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
            await Replies.EndAsync(stream).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SyscallException or UnauthorizedAccessException)
        {
            await stream.ResetAsync(e.Message).ConfigureAwait(false);
        }
    }
}
