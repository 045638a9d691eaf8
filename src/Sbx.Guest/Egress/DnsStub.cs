using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sbx.Guest.Egress;

/// <summary>Listens for DNS queries on UDP and TCP.</summary>
internal sealed class DnsStub(DnsAnswers answers)
{
    private const int MaxMessage = 4096;
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);

    /// <summary>Answers datagrams for ever; the socket is bound.</summary>
    public async Task ServeDatagramsAsync(Socket socket)
    {
        var buffer = new byte[MaxMessage];
        EndPoint any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, any).ConfigureAwait(false);
                if (answers.Answer(buffer.AsSpan(0, received.ReceivedBytes)) is { } reply)
                    await socket.SendToAsync(reply, received.RemoteEndPoint).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The asker is gone, or its message was too long.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>Answers the queries of one connection.</summary>
    public async Task ServeConnectionAsync(Socket connection)
    {
        var stream = new NetworkStream(connection, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[2 + MaxMessage];
            while (true)
            {
                using var idle = new CancellationTokenSource(IdleLimit);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), idle.Token).ConfigureAwait(false);
                var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
                if (length > MaxMessage)
                    return;
                await stream.ReadExactlyAsync(buffer.AsMemory(0, length), idle.Token).ConfigureAwait(false);
                if (answers.Answer(buffer.AsSpan(0, length)) is not { } reply)
                    return;
                var framed = new byte[2 + reply.Length];
                BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)reply.Length);
                reply.CopyTo(framed, 2);
                await stream.WriteAsync(framed, idle.Token).ConfigureAwait(false);
            }
        }
    }
}
