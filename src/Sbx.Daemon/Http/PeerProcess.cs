using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Sbx.Daemon.Http;

/// <summary>Who is at the other end of a connection, as the kernel says (unix(7), SO_PEERCRED).</summary>
internal static class PeerProcess
{
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <summary>User of the peer; null where the system does not tell.</summary>
    public static int? UserOf(HttpContext context) => Read(context, 4);

    /// <summary>Process of the peer; null where the system does not tell.</summary>
    public static int? IdOf(HttpContext context) => Read(context, 0);

    private static int? Read(HttpContext context, int offset)
    {
        if (!OperatingSystem.IsLinux() || context.Features.Get<IConnectionSocketFeature>() is not { } connection)
            return null;
        Span<byte> credentials = stackalloc byte[12];
        connection.Socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return BinaryPrimitives.ReadInt32LittleEndian(credentials[offset..]);
    }
}
