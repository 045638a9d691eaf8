using System.Diagnostics.CodeAnalysis;

namespace Sbx.Policies.Hosts;

/// <summary>A host and a port: the destination of one connection. Immutable, compared by value.</summary>
/// <param name="Host">The host.</param>
/// <param name="Port">The port, 1 to 65535.</param>
public sealed record Authority(HostName Host, int Port)
{
    /// <summary>Reads <c>host:port</c> as CONNECT has it (RFC 9112 3.2.3): the port is required.</summary>
    /// <param name="text">Untrusted text.</param>
    /// <param name="authority">The destination.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryParseConnectTarget(ReadOnlySpan<char> text, [NotNullWhen(true)] out Authority? authority, [NotNullWhen(false)] out string? problem)
        => AuthoritySyntax.TryParse(text, null, out authority, out problem);

    /// <summary>Reads a Host header or <c>:authority</c> (RFC 9110 7.2): the port may be absent.</summary>
    /// <param name="text">Untrusted text.</param>
    /// <param name="defaultPort">Port of the scheme: 80 or 443.</param>
    /// <param name="authority">The destination.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryParseHostHeader(
        ReadOnlySpan<char> text, int defaultPort, [NotNullWhen(true)] out Authority? authority, [NotNullWhen(false)] out string? problem)
        => AuthoritySyntax.TryParse(text, defaultPort, out authority, out problem);

    /// <summary>Reads an absolute-form request target (RFC 9112 3.2.2), <c>http</c> or <c>https</c>, without user information.</summary>
    /// <param name="text">Untrusted text.</param>
    /// <param name="authority">The destination.</param>
    /// <param name="pathAndQuery">What follows it, at least <c>/</c>, as it came.</param>
    /// <param name="isHttps">Whether the scheme is https.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryParseAbsoluteForm(
        string text, [NotNullWhen(true)] out Authority? authority, out string pathAndQuery, out bool isHttps, [NotNullWhen(false)] out string? problem)
        => AuthoritySyntax.TryParseAbsolute(text, out authority, out pathAndQuery, out isHttps, out problem);

    /// <summary>Reads the name of a TLS server name indication (RFC 6066 3): a DNS name in ASCII, no literal, no port.</summary>
    /// <param name="text">Untrusted text.</param>
    /// <param name="host">The host.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryParseServerName(ReadOnlySpan<char> text, [NotNullWhen(true)] out HostName? host, [NotNullWhen(false)] out string? problem)
        => AuthoritySyntax.TryParseServerName(text, out host, out problem);

    /// <summary><c>host:port</c>, IPv6 in brackets.</summary>
    public override string ToString() => $"{Host.UriForm}:{Port}";
}
