using System.Net;
using System.Net.Sockets;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Calls;

/// <summary>The dial service: a connection to a port inside the sandbox.</summary>
internal static class DialCall
{
    public static async Task ServeAsync(MultiplexedStream stream)
    {
        Socket socket;
        try
        {
            var request = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.DialRequest, CancellationToken.None).ConfigureAwait(false);
            socket = await ConnectAsync(request).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (StreamResetException or ChannelClosedException))
        {
            await Replies.SendAsync(stream, CallException.ToError(e)).ConfigureAwait(false);
            await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
            await Replies.EndAsync(stream).ConfigureAwait(false);
            return;
        }

        using (socket)
        {
            await Replies.SendAsync(stream).ConfigureAwait(false);
            await SocketBridge.RunAsync(socket, stream).ConfigureAwait(false);
        }
    }

    private static async Task<Socket> ConnectAsync(DialRequest request)
    {
        if (!IPAddress.TryParse(request.Host, out var address) || request.Port is < 1 or > 65535)
            throw new CallException(GuestErrorCodes.BadRequest, "the address or the port is not valid");
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, request.Port)).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            var code = e.SocketErrorCode == SocketError.ConnectionRefused ? GuestErrorCodes.Refused : GuestErrorCodes.Failed;
            throw new CallException(code, $"connect to {request.Host} port {request.Port}: {e.Message}");
        }
    }
}
