using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sbx.Policies.Hosts;

/// <summary>
/// An IP address in its one canonical form: no zone, and an IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) is the IPv4 address
/// it stands for. Compared as a number. Immutable.
/// </summary>
public readonly record struct HostAddress
{
    private HostAddress(UInt128 bits, bool isV6)
    {
        Bits = bits;
        IsV6 = isV6;
    }

    /// <summary>The address as a number: 32 bits for IPv4, 128 for IPv6.</summary>
    public UInt128 Bits { get; }

    /// <summary>Whether this is an IPv6 address.</summary>
    public bool IsV6 { get; }

    /// <summary>Bits of an address of this family: 32 or 128.</summary>
    public int Width => IsV6 ? 128 : 32;

    /// <summary>The canonical form of an address of the framework.</summary>
    public static HostAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (length == 4)
            return new(BinaryPrimitives.ReadUInt32BigEndian(bytes), false);
        var bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return bits >> 32 == 0xFFFF ? new((uint)bits, false) : new(bits, true);
    }

    internal static HostAddress V4(uint bits) => new(bits, false);

    internal static HostAddress V6(UInt128 bits) => bits >> 32 == 0xFFFF ? new((uint)bits, false) : new(bits, true);

    /// <summary>The form of the framework.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new IPAddress(IsV6 ? bytes : bytes[12..]);
    }

    /// <summary>
    /// Reads a literal. IPv4 as four decimal numbers without leading zeros and nothing else (no hexadecimal, octal or short
    /// spellings); IPv6 per RFC 4291 without brackets and without a zone.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out HostAddress address)
    {
        address = default;
        if (text.Length is 0 or > 45)
            return false;
        if (text.Contains(':'))
        {
            foreach (var c in text)
            {
                if (!char.IsAsciiHexDigit(c) && c is not (':' or '.'))
                    return false;
            }

            if (text.Contains('.') && !TryParseV4(text[(text.LastIndexOf(':') + 1)..], out _))
                return false;
            if (!IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            address = From(parsed);
            return true;
        }

        if (!TryParseV4(text, out var v4))
            return false;
        address = new(v4, false);
        return true;
    }

    private static bool TryParseV4(ReadOnlySpan<char> text, out uint bits)
    {
        bits = 0;
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0'))
                return false;
            var value = 0u;
            foreach (var c in part)
            {
                if (!char.IsAsciiDigit(c))
                    return false;
                value = (value * 10) + (uint)(c - '0');
            }

            if (value > 255)
                return false;
            bits = (bits << 8) | value;
        }

        return parts == 4;
    }

    /// <summary>The literal, without brackets.</summary>
    public override string ToString() => ToIPAddress().ToString();
}
