using System.Text;
using Sbx.Guest.Native;

namespace Sbx.Guest.Boot;

/// <summary>Sets the flags of network interfaces.</summary>
internal static unsafe class Loopback
{
    private const nuint GetFlags = 0x8913;
    private const nuint SetFlags = 0x8914;
    private const short Up = 1;

    /// <summary>Brings an interface up. The kernel gives "lo" its addresses by itself.</summary>
    public static void BringUp(string name)
    {
        const int inet = 2, datagram = 2;
        var socket = SyscallException.Check(Libc.Socket(inet, datagram | Libc.OCloseOnExec, 0), "socket");
        try
        {
            var request = default(InterfaceRequest);
            Encoding.ASCII.GetBytes(name, new Span<byte>(request.Name, 15));
            SyscallException.Check(Libc.IoControl(socket, GetFlags, &request), $"read the flags of {name}");
            request.Flags |= Up;
            SyscallException.Check(Libc.IoControl(socket, SetFlags, &request), $"bring up {name}");
        }
        finally
        {
            _ = Libc.Close(socket);
        }
    }
}
