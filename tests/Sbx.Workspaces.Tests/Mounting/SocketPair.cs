using System.Net.Sockets;

namespace Sbx.Workspaces.Tests.Mounting;

internal static class SocketPair
{
    internal static (Socket Server, Socket Client) Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"sbx-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        var server = listener.Accept();
        File.Delete(path);
        return (server, client);
    }
}
