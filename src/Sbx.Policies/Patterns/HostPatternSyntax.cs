using Sbx.Policies.Hosts;

namespace Sbx.Policies.Patterns;

/// <summary>Reads <see cref="HostPattern"/>s; every refusal says how to write what was meant.</summary>
internal static class HostPatternSyntax
{
    private const string Forms = "Forms: example.com, *.example.com, **.example.com, host:443, 192.0.2.1, [2001:db8::1]:443, 10.0.0.0/8, **.";
    private const int MaximumLength = 300;

    public static HostPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaximumLength)
            throw Invalid(text, $"it is longer than {MaximumLength} characters");
        if (text.Length == 0)
            throw new PolicyException("A rule needs a host, and this one is empty.", Forms);
        if (text.Contains("://", StringComparison.Ordinal))
            throw Invalid(text, "a rule names a host, not a URL", "Leave out the scheme; a path goes into --path with --method.");
        if (text.Contains('@', StringComparison.Ordinal))
            throw Invalid(text, "a rule has no user name", Forms);
        if (text == "*")
            throw Invalid(text, "a bare '*' would mean hosts of one label", "Write ** for every host, or *.example.com for one label.");
        if (text[0] == '[' && text.IndexOf(':', StringComparison.Ordinal) is var colon && colon > 0 && text.IndexOf(']', StringComparison.Ordinal) > colon)
            return ParseBracketed(text);
        if (text.Count(c => c == ':') > 1)
        {
            if (!text.Contains('/', StringComparison.Ordinal))
                throw Invalid(text, "an IPv6 address stands in brackets", $"Write [{Printable.Text(text)}], or [{Printable.Text(text)}]:443 for one port.");
            return Block(text, text, null);
        }

        var (host, port) = SplitPort(text, text);
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            if (!HostAddress.TryParse(host.AsSpan(0, slash), out _))
                throw Invalid(text, "a rule names a host, not a URL", "A path goes into --path with --method.");
            return Block(text, host, port);
        }

        return Named(text, host, port);
    }

    private static HostPattern ParseBracketed(string text)
    {
        var end = text.IndexOf(']', StringComparison.Ordinal);
        int? port = null;
        if (end + 1 < text.Length)
        {
            if (text[end + 1] != ':' || !AuthoritySyntax.TryParsePort(text.AsSpan(end + 2), out var number))
                throw Invalid(text, "after the brackets stands ':' and a port from 1 to 65535");
            port = number;
        }

        var inside = text[1..end];
        if (inside.Contains('/', StringComparison.Ordinal))
            return Block(text, inside, port);
        if (!HostAddress.TryParse(inside, out var address) || !inside.Contains(':', StringComparison.Ordinal))
            throw Invalid(text, "brackets stand around IPv6 addresses only");
        return Single(address, port);
    }

    private static HostPattern Named(string text, string host, int? port)
    {
        if (host == "**")
            return new HostPattern(HostPatternKind.Any, "**", port, null, null, [], "");
        if (host.StartsWith("**.", StringComparison.Ordinal))
        {
            if (!HostName.TryParse(host.AsSpan(3), out var suffix, out var wrong))
                throw Invalid(text, host.AsSpan(3).ContainsAny("*?[") ? "below '**.' stands a plain name" : wrong);
            if (suffix.IsAddress)
                throw Invalid(text, "an address has no names below it");
            return new HostPattern(HostPatternKind.Below, "**." + suffix.Value, port, null, null, [], suffix.Value);
        }

        if (host.AsSpan().ContainsAny("*?["))
            return Glob(text, host, port);
        if (!HostName.TryParse(host, out var name, out var problem))
            throw Invalid(text, problem);
        if (name.IsHostLoopback)
            return new HostPattern(HostPatternKind.Name, HostLoopback.Name, port, HostName.Localhost, null, [], "");
        return name.IsAddress
            ? Single(name.Address, port)
            : new HostPattern(HostPatternKind.Name, name.Value, port, name, null, [], "");
    }

    private static HostPattern Glob(string text, string host, int? port)
    {
        if (host.EndsWith('.'))
            host = host[..^1];
        if (host.Length > HostName.MaximumLength)
            throw Invalid(text, $"it is longer than {HostName.MaximumLength} characters");
        var labels = new List<LabelGlob>();
        foreach (var label in host.Split('.'))
        {
            if (label.Length == 0)
                throw Invalid(text, "it has an empty label");
            var lowered = label;
            if (!label.AsSpan().ContainsAny("*?["))
            {
                // Literal labels may be internationalised; the name check is made on the label alone.
                if (!HostName.TryParse(label + ".x", out var parsed, out var wrong))
                    throw Invalid(text, wrong);
                lowered = parsed.Value[..^2];
            }

            labels.Add(LabelGlob.TryParse(lowered.ToLowerInvariant(), out var problem) ?? throw Invalid(text, problem!));
        }

        if (labels.Count == 1)
            throw Invalid(text, "a glob needs a domain after it", "Write ** for every host, or for example *.example.com.");
        return new HostPattern(HostPatternKind.Glob, string.Join('.', labels.Select(l => l.Text)), port, null, null, [.. labels], "");
    }

    private static HostPattern Block(string text, string block, int? port)
    {
        if (!AddressBlock.TryParse(block, out var parsed, out var problem))
            throw Invalid(text, problem!, "A block is written 10.0.0.0/8. A path goes into --path with --method, and only for a host with a name.");
        if (parsed.IsSingle)
            return Single(parsed.Network, port);
        var canonical = parsed.Network.IsV6 && port is not null ? $"[{parsed}]" : parsed.ToString();
        return new HostPattern(HostPatternKind.Block, canonical, port, null, parsed, [], "");
    }

    private static HostPattern Single(HostAddress address, int? port)
    {
        var host = HostName.FromAddress(address);
        return host.IsHostLoopback
            ? new HostPattern(HostPatternKind.Name, HostLoopback.Name, port, HostName.Localhost, null, [], "")
            : new HostPattern(HostPatternKind.Address, host.UriForm, port, host, AddressBlock.Single(address), [], "");
    }

    private static (string Host, int? Port) SplitPort(string text, string rest)
    {
        var colon = rest.LastIndexOf(':');
        if (colon < 0)
            return (rest, null);
        if (!AuthoritySyntax.TryParsePort(rest.AsSpan(colon + 1), out var port))
            throw Invalid(text, "its port is not a number from 1 to 65535");
        return (rest[..colon], port);
    }

    private static PolicyException Invalid(string text, string problem, string? hint = null)
        => new($"'{Printable.Text(text)}' is not a valid host pattern: {problem}.", hint ?? Forms);
}
