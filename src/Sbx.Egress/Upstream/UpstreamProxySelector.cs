using System.Net;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Upstream;

/// <summary>Chooses between the host's proxy and a direct connection.</summary>
internal sealed class UpstreamProxySelector(UpstreamProxyOptions options) : IWebProxy
{
    /// <summary>The proxy to tunnel through, or null for direct.</summary>
    public Uri? ForTunnel(Authority target) => options.Https is null || Bypasses(target) ? null : options.Https;

    /// <summary>The proxy for plain http requests, or null for direct.</summary>
    public Uri? ForPlain(Authority target) => options.Http is null || Bypasses(target) ? null : options.Http;

    public ICredentials? Credentials { get; set; } = options.Http is { UserInfo.Length: > 0 } ? ProxyTunnel.CredentialsOf(options.Http) : null;

    // SocketsHttpHandler asks here; tunnels for https are made by our own dialler, which also serves what is not HTTP.
    Uri? IWebProxy.GetProxy(Uri destination) => destination.Scheme == Uri.UriSchemeHttp && TryAuthority(destination, out var target) ? ForPlain(target) : null;

    bool IWebProxy.IsBypassed(Uri host) => ((IWebProxy)this).GetProxy(host) is null;

    private static bool TryAuthority(Uri uri, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Authority? authority)
    {
        authority = HostName.TryParse(uri.IdnHost, out var host) ? new Authority(host, uri.Port) : null;
        return authority is not null;
    }

    private bool Bypasses(Authority target)
    {
        if (target.Host.IsHostLoopback)
            return true;
        foreach (var entry in options.Bypass)
        {
            var colon = entry.LastIndexOf(':');
            var hasPort = colon > 0 && int.TryParse(entry.AsSpan(colon + 1), out var port) && entry.IndexOf(':', StringComparison.Ordinal) == colon;
            if (hasPort && int.Parse(entry.AsSpan(colon + 1), provider: null) != target.Port)
                continue;
            var name = (hasPort ? entry[..colon] : entry).Trim('[', ']').TrimEnd('.');
            if (name == "*" || name.Equals(target.Host.Value, StringComparison.OrdinalIgnoreCase))
                return true;
            var suffix = name.TrimStart('*').TrimStart('.');
            if (suffix.Length > 0 && !target.Host.IsAddress && target.Host.Value.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
