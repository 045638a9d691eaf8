using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Sbx.Policies.Hosts;

/// <summary>
/// A host: a DNS name or an IP address, parsed once into a canonical form (lower case, one trailing dot removed, IDN as
/// A-labels, addresses canonical) and compared only in that form. Routing, policy, credentials and masking all use this type,
/// never the text that came in. Immutable, thread-safe.
/// </summary>
public sealed class HostName : IEquatable<HostName>
{
    /// <summary>Longest name in characters (RFC 1035 2.3.4, without the trailing dot).</summary>
    public const int MaximumLength = 253;

    private readonly HostAddress _address;

    private HostName(string value, HostAddress address, bool isAddress)
    {
        Value = value;
        _address = address;
        IsAddress = isAddress;
        IsHostLoopback = HostLoopback.Is(value);
    }

    /// <summary>The loopback interface of the host as one resource.</summary>
    public static HostName Localhost { get; } = new(HostLoopback.Name, default, false);

    /// <summary>Canonical text. IPv6 addresses stand without brackets; see <see cref="UriForm"/>.</summary>
    public string Value { get; }

    /// <summary>Whether this is an address literal.</summary>
    public bool IsAddress { get; }

    /// <summary>The address of a literal.</summary>
    /// <exception cref="InvalidOperationException">It is a name.</exception>
    public HostAddress Address => IsAddress ? _address : throw new InvalidOperationException($"{Value} is a name, not an address.");

    /// <summary>
    /// Whether this means the host's loopback: <c>localhost</c>, <c>127.0.0.1</c>, <c>::1</c> and <c>host.docker.internal</c>
    /// are one resource.
    /// </summary>
    public bool IsHostLoopback { get; }

    /// <summary>What rules are about: <see cref="Localhost"/> for every name of the host's loopback, else this.</summary>
    public HostName Resource => IsHostLoopback ? Localhost : this;

    /// <summary>Canonical text as it stands in a URI or an authority: IPv6 in brackets.</summary>
    public string UriForm => IsAddress && _address.IsV6 ? $"[{Value}]" : Value;

    /// <summary>Reads a name or literal (IPv6 with or without brackets).</summary>
    /// <param name="text">A host, from anywhere; not trusted.</param>
    /// <param name="host">The host.</param>
    /// <param name="problem">What is wrong, as the end of a sentence; without control characters of the input.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out HostName? host, [NotNullWhen(false)] out string? problem)
    {
        host = null;
        if (text.Length > 2 && text[0] == '[' && text[^1] == ']')
        {
            text = text[1..^1];
            if (!text.Contains(':'))
            {
                problem = "brackets stand around IPv6 addresses only";
                return false;
            }
        }

        if (HostAddress.TryParse(text, out var address))
        {
            host = FromAddress(address);
            problem = null;
            return true;
        }

        if (!HostNameSyntax.TryCanonicalize(text, out var canonical, out problem))
            return false;
        // A name may turn out to be a literal once a trailing dot is gone ("127.0.0.1.").
        host = HostAddress.TryParse(canonical, out address) ? FromAddress(address) : new HostName(canonical, default, false);
        return true;
    }

    /// <summary>Reads a name or literal.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out HostName? host) => TryParse(text, out host, out _);

    /// <summary>Reads a name or literal.</summary>
    /// <exception cref="PolicyException">It is not one.</exception>
    public static HostName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var host, out var problem)
            ? host
            : throw new PolicyException($"'{Printable.Text(text)}' is not a host: {problem}.", "Give a name such as api.example.com or an address such as 192.0.2.1.");
    }

    /// <summary>The host of an address.</summary>
    public static HostName FromAddress(HostAddress address) => new(address.ToString(), address, true);

    /// <summary>The host of an address.</summary>
    public static HostName FromAddress(IPAddress address) => FromAddress(HostAddress.From(address));

    /// <inheritdoc/>
    public bool Equals(HostName? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HostName);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Whether both are the same host.</summary>
    public static bool operator ==(HostName? left, HostName? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether both are different hosts.</summary>
    public static bool operator !=(HostName? left, HostName? right) => !(left == right);

    /// <summary>Canonical text.</summary>
    public override string ToString() => Value;
}
