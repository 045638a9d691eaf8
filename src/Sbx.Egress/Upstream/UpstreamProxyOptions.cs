namespace Sbx.Egress.Upstream;

/// <summary>The proxy that the host itself must use. Null everywhere means direct.</summary>
public sealed record UpstreamProxyOptions
{
    /// <summary>Proxy for https and for tunnels: <c>http://[user:password@]host[:port]</c> or <c>https://…</c>.</summary>
    public Uri? Https { get; init; }

    /// <summary>Proxy for plain http.</summary>
    public Uri? Http { get; init; }

    /// <summary>Destinations that are dialled directly, as in <c>NO_PROXY</c>: <c>*</c>, <c>host</c>, <c>.suffix</c>, <c>host:port</c>.</summary>
    public IReadOnlyList<string> Bypass { get; init; } = [];

    /// <summary>Reads <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c>, lower case first as curl does.</summary>
    /// <param name="variable">Gives the value of a variable or null, for example <see cref="Environment.GetEnvironmentVariable(string)"/>.</param>
    /// <exception cref="FormatException">A variable is not a proxy URL; the message names it without its value.</exception>
    public static UpstreamProxyOptions FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new UpstreamProxyOptions
        {
            Https = Read("https_proxy"),
            Http = Read("http_proxy"),
            Bypass = (Get("no_proxy") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        };

        string? Get(string name) => variable(name) is { Length: > 0 } lower ? lower : variable(name.ToUpperInvariant()) is { Length: > 0 } upper ? upper : null;

        Uri? Read(string name)
        {
            if (Get(name) is not { } text)
                return null;
            if (!text.Contains("://", StringComparison.Ordinal))
                text = "http://" + text;
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? uri
                : throw new FormatException($"{name.ToUpperInvariant()} is not an http or https URL. Correct it, or set the proxy in the settings.");
        }
    }
}
