using Sbx.Policies.Hosts;

namespace Sbx.Policies.Patterns;

/// <summary>Forms of <see cref="HostPattern"/>.</summary>
public enum HostPatternKind
{
    /// <summary>One name, or the host's loopback.</summary>
    Name,

    /// <summary>One address.</summary>
    Address,

    /// <summary>A block of addresses.</summary>
    Block,

    /// <summary>Names with globs inside labels: as many labels as the pattern.</summary>
    Glob,

    /// <summary><c>**.suffix</c>: names at any depth below a suffix.</summary>
    Below,

    /// <summary><c>**</c>: every host.</summary>
    Any,
}

/// <summary>
/// What a rule applies to: a host or a set of hosts, and optionally one port. Forms: <c>example.com</c>, <c>*.example.com</c> (one
/// label), <c>**.example.com</c> (any depth; neither matches the apex), globs <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[!abc]</c> inside
/// a label, <c>host:443</c>, <c>192.0.2.1</c>, <c>[2001:db8::1]:443</c>, <c>10.0.0.0/8</c>, <c>2001:db8::/32</c> (blocks also with a
/// port, IPv6 in brackets), <c>**</c>. Immutable, compared by canonical text.
/// </summary>
public sealed class HostPattern : IEquatable<HostPattern>
{
    internal HostPattern(HostPatternKind kind, string text, int? port, HostName? host, AddressBlock? block, LabelGlob[] labels, string suffix)
    {
        Kind = kind;
        Port = port;
        Host = host;
        Block = block;
        Labels = labels;
        Suffix = suffix;
        Text = port is null ? text : $"{text}:{port}";
    }

    /// <summary>The form.</summary>
    public HostPatternKind Kind { get; }

    /// <summary>The port it is limited to, 1 to 65535; null for every port.</summary>
    public int? Port { get; }

    /// <summary>The one host of <see cref="HostPatternKind.Name"/> and <see cref="HostPatternKind.Address"/>.</summary>
    public HostName? Host { get; }

    /// <summary>The block of <see cref="HostPatternKind.Block"/>; a single address is a block of one.</summary>
    public AddressBlock? Block { get; }

    /// <summary>Whether it names addresses, not names.</summary>
    public bool IsAddress => Kind is HostPatternKind.Address or HostPatternKind.Block;

    /// <summary>Whether it names the host's loopback.</summary>
    public bool IsHostLoopback => Host is { IsHostLoopback: true };

    /// <summary>Canonical text; reading it gives an equal pattern.</summary>
    public string Text { get; }

    internal LabelGlob[] Labels { get; }

    internal string Suffix { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="PolicyException">It is not valid; the hint says how to write it.</exception>
    public static HostPattern Parse(string text) => HostPatternSyntax.Parse(text);

    /// <summary>Reads a comma-separated list.</summary>
    /// <exception cref="PolicyException">One of them is not valid, or the list is empty.</exception>
    public static IReadOnlyList<HostPattern> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Parse)];
    }

    /// <summary>Whether a destination is covered. Ports and, for literals, addresses count.</summary>
    public bool Matches(HostName host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        return (Port is null || Port == port) && MatchesHost(host.Resource);
    }

    /// <summary>Whether an address (a literal's, or the one a name resolved to) is covered. Patterns of names never match, except that of the host's loopback.</summary>
    public bool MatchesAddress(HostAddress address, int port) 
        => (Port is null || Port == port) && (Block is { } block ? block.Contains(address) : IsHostLoopback && HostLoopback.IsAddress(address));

    internal bool MatchesHost(HostName resource) => Kind switch
    {
        HostPatternKind.Any => true,
        HostPatternKind.Name => Host!.Equals(resource),
        HostPatternKind.Address or HostPatternKind.Block => resource.IsAddress && Block!.Value.Contains(resource.Address),
        HostPatternKind.Below => !resource.IsAddress && IsBelow(resource.Value),
        _ => !resource.IsAddress && MatchesLabels(resource.Value),
    };

    private bool IsBelow(string name)
        => name.Length > Suffix.Length + 1 && name[name.Length - Suffix.Length - 1] == '.' && name.EndsWith(Suffix, StringComparison.Ordinal);

    private bool MatchesLabels(string name)
    {
        var index = 0;
        foreach (var range in name.AsSpan().Split('.'))
        {
            if (index == Labels.Length || !Labels[index++].Matches(name.AsSpan()[range]))
                return false;
        }

        return index == Labels.Length;
    }

    /// <inheritdoc/>
    public bool Equals(HostPattern? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HostPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Canonical text.</summary>
    public override string ToString() => Text;
}
