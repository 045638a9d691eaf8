using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sbx.Policies.Hosts;
using HostName = Sbx.Policies.Hosts.HostName;

namespace Sbx.Policies.Tests.Hosts;

/// <summary>Texts near the grammar of hosts, so that both verdicts come up often.</summary>
public static class HostTexts
{
    private static readonly string[] Pieces =
    [
        "a", "Z", "example", "com", ".", ".", "-", "_", "0", "127", "255", "256", "1", "0x7f", ":", "::", "ffff", "[", "]", "%", "\0", "\r", "\n", " ", "ü", "ß", "İ", "。", "xn--", "\u200d", "/", "@", "2001:db8", "bcher-kva", "e\u0301",
    ];

    public static Arbitrary<string> Near()
        => Gen.Elements(Pieces).ListOf().Select(p => string.Concat(p.Take(12))).ToArbitrary();
}

public sealed class HostNamePropertyTests
{
    [Property(MaxTest = 3000, Arbitrary = [typeof(HostTexts)])]
    public bool What_is_accepted_reads_back_as_itself_and_is_plain_ASCII(string text)
    {
        if (!HostName.TryParse(text, out var host))
            return true;
        return HostName.Parse(host.Value).Equals(host) && HostName.Parse(host.UriForm).Equals(host)
            && host.Value.All(c => c is > ' ' and < '\x7f' and not ('%' or '/' or '@')) && host.Value.Length <= HostName.MaximumLength;
    }

    [Property(MaxTest = 3000, Arbitrary = [typeof(HostTexts)])]
    public bool Case_and_one_trailing_dot_make_no_difference(string text)
    {
        if (!HostName.TryParse(text, out var host))
            return true;
        var upper = string.Concat(host.Value.Select(char.ToUpperInvariant));
        return HostName.Parse(upper).Equals(host) && (host.IsAddress && host.Address.IsV6 || HostName.Parse(host.Value + ".").Equals(host))
            && HostName.Parse(upper).GetHashCode() == host.GetHashCode();
    }

    [Property(MaxTest = 3000)]
    public bool Arbitrary_text_never_throws(string? text) => text is null || HostName.TryParse(text, out _, out var problem) == problem is null;

    [Property(MaxTest = 2000)]
    public bool Every_address_reads_back_as_itself(byte[] bytes)
    {
        Array.Resize(ref bytes, bytes.Length % 2 == 0 ? 4 : 16);
        var host = HostName.FromAddress(new System.Net.IPAddress(bytes));
        return HostName.Parse(host.Value).Equals(host) && HostName.Parse(host.UriForm).Address == host.Address;
    }

    [Property(MaxTest = 3000, Arbitrary = [typeof(HostTexts)])]
    public bool Authorities_read_back_as_themselves(string text, int port)
    {
        var valid = Math.Abs(port % 65535) + 1;
        if (!HostName.TryParse(text, out var host))
            return true;
        var authority = new Authority(host, valid);
        return Authority.TryParseConnectTarget(authority.ToString(), out var read, out _) && read == authority;
    }

    [Property(MaxTest = 3000, Arbitrary = [typeof(HostTexts)])]
    public bool No_authority_holds_a_control_character(string text)
        => !Authority.TryParseHostHeader(text, 443, out var authority, out _) || !authority.ToString().Any(char.IsControl);
}
