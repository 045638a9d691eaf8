using System.Buffers.Binary;
using System.Text;
using Sbx.Guest.Boot;
using Sbx.Guest.Native;

namespace Sbx.Guest.Egress;

/// <summary>
/// Gives outgoing connections a way to go: a dummy interface with the default routes. Without it every connection fails with
/// "network is unreachable" before anything can catch it. The requests are those of netdevice(7) and of SIOCADDRT.
/// </summary>
internal static unsafe class CaptureInterface
{
    private const nuint AddRoute = 0x890B, SetFlags = 0x8914, SetAddress = 0x8916, SetNetmask = 0x891C, GetIndex = 0x8933;
    private const ushort RouteUp = 1;
    private const int FamilyV4 = 2, FamilyV6 = 10, NameSize = 16;

    public static void Open()
    {
        SetV4Address(SetAddress, EgressAddresses.OwnV4.GetAddressBytes());
        SetV4Address(SetNetmask, Mask(EgressAddresses.PrefixV4));
        Loopback.BringUp(EgressAddresses.Interface);
        AddV4DefaultRoute();
        AddV6();
    }

    /// <summary>Takes the interface down, and its routes with it.</summary>
    public static void Close()
    {
        var request = NewRequest();
        Call(FamilyV4, SetFlags, request, "take down");
    }

    private static byte[] Mask(int prefix)
    {
        var mask = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(mask, uint.MaxValue << (32 - prefix));
        return mask;
    }

    // struct ifreq: name, then a union, here of sockaddr_in.
    private static byte[] NewRequest()
    {
        var request = new byte[40];
        Encoding.ASCII.GetBytes(EgressAddresses.Interface, request);
        return request;
    }

    private static void SetV4Address(nuint command, byte[] address)
    {
        var request = NewRequest();
        request[NameSize] = FamilyV4;
        address.CopyTo(request, NameSize + 4);
        Call(FamilyV4, command, request, "set the address of");
    }

    // struct rtentry: destination 8, gateway 24, mask 40 (all sockaddr), flags 56, device 88 (pointer).
    private static void AddV4DefaultRoute()
    {
        var route = new byte[120];
        route[8] = route[24] = route[40] = FamilyV4;
        BinaryPrimitives.WriteUInt16LittleEndian(route.AsSpan(56), RouteUp);
        fixed (byte* device = NewRequest())
        {
            BinaryPrimitives.WriteInt64LittleEndian(route.AsSpan(88), (long)device);
            Call(FamilyV4, AddRoute, route, "route by");
        }
    }

    private static void AddV6()
    {
        var query = NewRequest();
        Call(FamilyV6, GetIndex, query, "find");
        var index = BinaryPrimitives.ReadInt32LittleEndian(query.AsSpan(NameSize));

        // struct in6_ifreq: address, prefix length, interface index.
        var address = new byte[24];
        EgressAddresses.OwnV6.GetAddressBytes().CopyTo(address, 0);
        BinaryPrimitives.WriteInt32LittleEndian(address.AsSpan(16), EgressAddresses.PrefixV6);
        BinaryPrimitives.WriteInt32LittleEndian(address.AsSpan(20), index);
        Call(FamilyV6, SetAddress, address, "set the IPv6 address of");

        // struct in6_rtmsg: destination, source, gateway, …, metric 56, flags 72, interface index 76.
        var route = new byte[80];
        BinaryPrimitives.WriteUInt32LittleEndian(route.AsSpan(56), 1024);
        BinaryPrimitives.WriteUInt32LittleEndian(route.AsSpan(72), RouteUp);
        BinaryPrimitives.WriteInt32LittleEndian(route.AsSpan(76), index);
        Call(FamilyV6, AddRoute, route, "route IPv6 by");
    }

    private static void Call(int family, nuint command, byte[] request, string what)
    {
        const int datagram = 2;
        using var socket = new OwnedDescriptor(SyscallException.Check(Libc.Socket(family, datagram | Libc.OCloseOnExec, 0), "socket"));
        fixed (byte* argument = request)
            SyscallException.Check(Libc.IoControl(socket.Value, command, argument), $"{what} {EgressAddresses.Interface}");
    }
}
