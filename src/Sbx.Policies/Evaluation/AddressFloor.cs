using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;

namespace Sbx.Policies.Evaluation;

/// <summary>
/// The addresses that no name, wildcard or preset opens: loopback, private, link-local, shared (carrier-grade NAT), metadata,
/// multicast, reserved ones, and IPv6 forms that carry an IPv4 address. Only a rule that names the address, a block inside
/// the same range, or <c>localhost:PORT</c> lifts it; cloud metadata only the exact address. After the IANA special-purpose registries
/// (RFC 6890), except that the documentation ranges 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 count as public.
/// </summary>
public static class AddressFloor
{
    private static readonly (AddressBlock Block, string Reason, bool ExactOnly)[] Floor =
    [
        // Metadata first: it lies inside broader ranges.
        .. Entries("a cloud metadata address", true, "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128"),
        .. Entries("a loopback address", false, "127.0.0.0/8", "::1/128"),
        .. Entries("a private address", false, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
        .. Entries("a link-local address", false, "169.254.0.0/16", "fe80::/10"),
        .. Entries("a shared (carrier-grade NAT) address", false, "100.64.0.0/10"),
        .. Entries("a multicast address", false, "224.0.0.0/4", "ff00::/8"),
        .. Entries("an unspecified address", false, "0.0.0.0/8", "::/128"),
        .. Entries("a reserved address", false, "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "192.88.99.0/24", "100::/64", "5f00::/16", "2001:2::/48"),
        .. Entries("an IPv6 address that carries an IPv4 address", false, "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::ffff:0:0:0/96"),
    ];

    /// <summary>Why an address is below the floor, as the end of "it is …"; null for a public address.</summary>
    public static string? Reason(HostAddress address)
    {
        var index = Find(address);
        return index < 0 ? null : Floor[index].Reason;
    }

    /// <summary>Whether an allow rule's pattern names the address closely enough to lift the floor for it.</summary>
    /// <param name="pattern">Pattern of an allow rule.</param>
    /// <param name="address">The address that would be dialled.</param>
    /// <param name="port">The port that would be dialled.</param>
    public static bool Lifts(HostPattern pattern, HostAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (!pattern.MatchesAddress(address, port))
            return false;
        if (pattern.IsHostLoopback)
            return pattern.Port is not null;
        var block = pattern.Block!.Value;
        var index = Find(address);
        return index < 0 || block.IsSingle || (!Floor[index].ExactOnly && Floor[index].Block.Contains(block));
    }

    private static int Find(HostAddress address)
    {
        for (var i = 0; i < Floor.Length; i++)
        {
            if (Floor[i].Block.Contains(address))
                return i;
        }

        return -1;
    }

    private static IEnumerable<(AddressBlock Block, string Reason, bool ExactOnly)> Entries(string reason, bool exactOnly, params string[] blocks)
        => blocks.Select(b => (AddressBlock.Parse(b), reason, exactOnly));
}
