using Sbx.Api.Errors;
using Sbx.Policies.Hosts;

namespace Sbx.Daemon.Policies;

/// <summary>A destination as a user writes it: a host, host:port, an address, or a URL.</summary>
/// <param name="Host">Host.</param>
/// <param name="Port">Port; 443 when none is written, 80 for http URLs.</param>
/// <param name="Path">Path and query of a URL; null when there is none.</param>
internal sealed record CheckTarget(HostName Host, int Port, string? Path)
{
    /// <exception cref="SbxException">It is none of these.</exception>
    public static CheckTarget Parse(string text)
    {
        var (rest, port, path) = (text, 443, (string?)null);
        if (text.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            port = text[..scheme].ToLowerInvariant() switch
            {
                "https" or "wss" => 443,
                "http" or "ws" => 80,
                _ => throw Invalid(text),
            };
            rest = text[(scheme + 3)..];
            var slash = rest.IndexOfAny(['/', '?', '#']);
            if (slash >= 0)
            {
                path = rest[slash..].Split('#')[0];
                if (!path.StartsWith('/'))
                    path = "/" + path;
                rest = rest[..slash];
            }
        }

        // What is after the last colon is a port, except in a bare IPv6 address.
        var colon = rest.LastIndexOf(':');
        if (colon > 0 && (rest.IndexOf(':') == colon || rest[colon - 1] == ']'))
        {
            if (!int.TryParse(rest.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out port) || port is < 1 or > 65535)
                throw Invalid(text);
            rest = rest[..colon];
        }

        return HostName.TryParse(rest, out var host) ? new CheckTarget(host, port, path) : throw Invalid(text);
    }

    private static SbxException Invalid(string text) =>
        new(ErrorCode.Usage, $"'{Printable.Text(text, 100)}' is not a host, host:port, address or URL", "for example: api.example.com, 192.0.2.7:8080, https://api.example.com/v1/models");
}
