using System.Net;
using System.Net.Sockets;
using Sbx.Guest.Boot;
using Sbx.Guest.Calls;

namespace Sbx.Guest.Egress;

/// <summary>The sockets behind which the host decides: captured connections, the explicit proxy, and the DNS stub.</summary>
internal sealed class EgressGateway
{
    private const int Backlog = 512;
    private readonly List<Socket> _sockets = [];

    /// <summary>Opens everything; called before the warm image is taken, so that a start does not pay for it.</summary>
    public static EgressGateway Open(GuestState state)
    {
        var gateway = new EgressGateway();
        var names = new SyntheticNames();
        var connections = new EgressConnection(state, names);
        var dns = new DnsStub(new DnsAnswers(names));
        gateway.Listen(IPAddress.Loopback, EgressAddresses.ProxyPort, connections.ServeProxyAsync);
        foreach (var any in (ReadOnlySpan<IPAddress>)[IPAddress.Any, IPAddress.IPv6Any])
        {
            // On all addresses, because a container's connection is redirected to the address of its bridge.
            gateway.Listen(any, EgressAddresses.CapturePort, connections.ServeCapturedAsync);
            gateway.Listen(any, EgressAddresses.DnsPort, dns.ServeConnectionAsync);
            _ = dns.ServeDatagramsAsync(gateway.Bind(any, SocketType.Dgram, ProtocolType.Udp, EgressAddresses.DnsPort));
        }

        // A socket of its own each, so that answers come from the address that was asked.
        foreach (var loopback in (ReadOnlySpan<IPAddress>)[IPAddress.Loopback, IPAddress.IPv6Loopback])
            _ = dns.ServeDatagramsAsync(gateway.Bind(loopback, SocketType.Dgram, ProtocolType.Udp, EgressAddresses.DnsPort));
        return gateway;
    }

    /// <summary>Closes everything: a sandbox without egress.</summary>
    public void Close()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private Socket Bind(IPAddress address, SocketType type, ProtocolType protocol, int port)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = false;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(address, port));
        _sockets.Add(socket);
        return socket;
    }

    private void Listen(IPAddress address, int port, Func<Socket, Task> serve)
    {
        var listener = Bind(address, SocketType.Stream, ProtocolType.Tcp, port);
        listener.Listen(Backlog);
        _ = AcceptAsync(listener, serve);
    }

    private static async Task AcceptAsync(Socket listener, Func<Socket, Task> serve)
    {
        while (true)
        {
            try
            {
                var connection = await listener.AcceptAsync().ConfigureAwait(false);
                _ = ServeAsync(connection, serve);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (e.SocketErrorCode == SocketError.OperationAborted)
                    return;
                // Out of descriptors or memory for the moment.
                await Task.Delay(100).ConfigureAwait(false);
            }
        }
    }

    private static async Task ServeAsync(Socket connection, Func<Socket, Task> serve)
    {
        try
        {
            await serve(connection).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            connection.Dispose();
        }
        catch (Exception e)
        {
            connection.Dispose();
            BootLog.Write($"egress: {e.GetType().Name}: {e.Message}");
        }
    }
}
