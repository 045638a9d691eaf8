using System.Globalization;
using Sbx.Policies.Hosts;

namespace Sbx.Policies.Patterns;

/// <summary>A block of addresses of one family (CIDR, RFC 4632). Immutable.</summary>
public readonly record struct AddressBlock
{
    private readonly UInt128 _mask;

    private AddressBlock(HostAddress network, int length, UInt128 mask)
    {
        Network = network;
        Length = length;
        _mask = mask;
    }

    /// <summary>Lowest address.</summary>
    public HostAddress Network { get; }

    /// <summary>Prefix length: 0 to 32 for IPv4, 0 to 128 for IPv6.</summary>
    public int Length { get; }

    /// <summary>Whether it holds one address only.</summary>
    public bool IsSingle => Length == Network.Width;

    /// <summary>The block of one address.</summary>
    public static AddressBlock Single(HostAddress address) => new(address, address.Width, Mask(address.Width, address.IsV6));

    /// <summary>Reads <c>address/length</c>; bits below the prefix must be zero.</summary>
    /// <param name="text">Untrusted text.</param>
    /// <param name="block">The block.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out AddressBlock block, out string? problem)
    {
        block = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !HostAddress.TryParse(text[..slash], out var address))
        {
            problem = "it does not start with an address";
            return false;
        }

        var digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0')
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            problem = "the prefix length is not a number";
            return false;
        }

        // The length of an IPv4-mapped block counts from the front of the IPv6 address.
        if (!address.IsV6 && text[..slash].Contains(':'))
            length -= 96;
        if (length < 0 || length > address.Width)
        {
            problem = $"the prefix length is not from 0 to {address.Width}";
            return false;
        }

        var mask = Mask(length, address.IsV6);
        if ((address.Bits & ~mask) != UInt128.Zero)
        {
            var network = address.IsV6 ? HostAddress.V6(address.Bits & mask) : HostAddress.V4((uint)(address.Bits & mask));
            problem = $"bits below the prefix are set; the block is {network}/{length}";
            return false;
        }

        problem = null;
        block = new AddressBlock(address, length, mask);
        return true;
    }

    internal static AddressBlock Parse(string text)
        => TryParse(text, out var block, out var problem) ? block : throw new ArgumentException(problem, nameof(text));

    /// <summary>Whether an address lies in it.</summary>
    public bool Contains(HostAddress address) => address.IsV6 == Network.IsV6 && (address.Bits & _mask) == Network.Bits;

    /// <summary>Whether all of another block lies in it.</summary>
    public bool Contains(AddressBlock other) => other.Length >= Length && Contains(other.Network);

    private static UInt128 Mask(int length, bool isV6)
    {
        if (length == 0)
            return UInt128.Zero;
        return isV6 ? UInt128.MaxValue << (128 - length) : uint.MaxValue << (32 - length);
    }

    /// <summary><c>address/length</c>.</summary>
    public override string ToString() => $"{Network}/{Length}";
}
