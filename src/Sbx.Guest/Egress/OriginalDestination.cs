using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sbx.Guest.Egress;

/// <summary>Where a redirected connection was going (SO_ORIGINAL_DST of netfilter).</summary>
internal static class OriginalDestination
{
    private const int LevelIp = 0, LevelIpV6 = 41, Name = 80;

    /// <summary>The destination, or null when the connection was not redirected.</summary>
    public static IPEndPoint? Read(Socket connection)
    {
        Span<byte> address = stackalloc byte[28];
        var isV4 = connection.AddressFamily == AddressFamily.InterNetwork;
        try
        {
            connection.GetRawSocketOption(isV4 ? LevelIp : LevelIpV6, Name, address);
        }
        catch (SocketException)
        {
            return null;
        }

        // struct sockaddr_in and sockaddr_in6: family, port, (flow,) address.
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return new IPEndPoint(new IPAddress(isV4 ? address.Slice(4, 4) : address.Slice(8, 16)), port);
    }
}
