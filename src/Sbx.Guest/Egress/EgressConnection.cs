using System.Net.Sockets;
using Sbx.Guest.Calls;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Egress;

/// <summary>One outgoing connection: asks the host, then copies; a refusal resets the connection at once.</summary>
internal sealed class EgressConnection(GuestState state, SyntheticNames names)
{
    /// <summary>A connection to the explicit proxy.</summary>
    public Task ServeProxyAsync(Socket connection) => RunAsync(connection, new EgressOpen("proxy", null, 0));

    /// <summary>A connection that was going somewhere else.</summary>
    public Task ServeCapturedAsync(Socket connection)
    {
        if (OriginalDestination.Read(connection) is not { } destination)
            return ResetAsync(connection);
        if (names.TryFind(destination.Address, out var name))
            return RunAsync(connection, new EgressOpen("tcp", name, destination.Port));
        // A synthetic address without a name is nobody's; anything else is an address literal, on which the host decides.
        return SyntheticNames.IsSynthetic(destination.Address)
            ? ResetAsync(connection)
            : RunAsync(connection, new EgressOpen("tcp", destination.Address.ToString(), destination.Port));
    }

    private static Task ResetAsync(Socket connection)
    {
        SocketBridge.Reset(connection);
        return Task.CompletedTask;
    }

    private async Task RunAsync(Socket connection, EgressOpen open)
    {
        using (connection)
        {
            try
            {
                connection.NoDelay = true;
                var stream = await state.Channel!.OpenAsync(GuestServices.Egress, CancellationToken.None).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    await JsonFraming.WriteAsync(stream, open, ProtocolJson.Default.EgressOpen, CancellationToken.None).ConfigureAwait(false);
                    var reply = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.Reply, CancellationToken.None).ConfigureAwait(false);
                    if (reply.Error is null)
                        await SocketBridge.RunAsync(connection, stream).ConfigureAwait(false);
                    else
                        SocketBridge.Reset(connection);
                }
            }
            catch (Exception e) when (e is IOException or InvalidDataException or SocketException)
            {
                SocketBridge.Reset(connection);
            }
        }
    }
}
