namespace Sbx.Policies.Hosts;

/// <summary>The spellings of the host's loopback interface, which are one resource to every rule.</summary>
internal static class HostLoopback
{
    public const string Name = "localhost";

    public static bool Is(string canonical) => canonical is Name or "127.0.0.1" or "::1" or "host.docker.internal";

    public static bool IsAddress(HostAddress address) => address.IsV6 ? address.Bits == UInt128.One : address.Bits == 0x7F000001;
}
