using System.Net;

namespace Sbx.Guest.Egress;

/// <summary>Addresses and ports of the egress capture inside the guest.</summary>
internal static class EgressAddresses
{
    /// <summary>Port of the listener that captured connections are redirected to.</summary>
    public const int CapturePort = 3129;

    /// <summary>Port of the HTTP proxy on 127.0.0.1.</summary>
    public const int ProxyPort = 3128;

    public const int DnsPort = 53;

    /// <summary>Interface that outgoing packets are routed to; they are caught before they reach it.</summary>
    public const string Interface = "dummy0";

    /// <summary>The guest's own address, of the range for benchmarks (RFC 2544) that is used nowhere else.</summary>
    public static readonly IPAddress OwnV4 = IPAddress.Parse("198.18.0.1");

    /// <summary>The guest's own address, of a unique local prefix (RFC 4193).</summary>
    public static readonly IPAddress OwnV6 = IPAddress.Parse("fd5b:5842:7362::1");

    public const int PrefixV4 = 15;
    public const int PrefixV6 = 64;
}
