using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sbx.Egress.Refusals;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Requests;

/// <summary>Where one request goes, after every place that names it was found to say the same.</summary>
/// <param name="Target">Host and port.</param>
/// <param name="IsTls">Whether it goes over TLS.</param>
/// <param name="PathAndQuery">Request target in origin form, as it came.</param>
internal sealed record RequestDestination(Authority Target, bool IsTls, string PathAndQuery)
{
    /// <summary>The path without its query.</summary>
    public string Path { get; } = PathAndQuery.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? PathAndQuery[..query] : PathAndQuery;

    /// <summary>Host, with the port unless it is the scheme's own: the value of the Host header to send.</summary>
    public string HostHeader { get; } = Target.Port == (IsTls ? 443 : 80) ? Target.Host.UriForm : Target.ToString();

    /// <summary>
    /// Compares, after one canonicalisation, the connection's target (CONNECT or captured name), the TLS server name, the request
    /// target and Host or <c>:authority</c> (RFC 9112 3.2, RFC 9113 8.3.1).
    /// </summary>
    /// <returns>The refusal, or null when <paramref name="destination"/> is set.</returns>
    public static Refusal? TryRead(HttpContext context, GuestConnection connection, out RequestDestination? destination)
    {
        destination = null;
        // Kestrel takes the chunked form and puts the length aside under this name (RFC 9112 6.3); refusing leaves no doubt.
        if (context.Request.Headers.ContainsKey("X-Content-Length") && context.Request.Headers.TransferEncoding.Count > 0)
            return Refusal.BadRequest("the request has both Transfer-Encoding and Content-Length");
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (raw.Length == 0 || raw.AsSpan().ContainsAnyExceptInRange('!', '~') || raw.Contains('#', StringComparison.Ordinal))
            return Refusal.BadRequest("the request target has characters that do not belong there");
        var target = connection.Target;
        var pathAndQuery = raw;
        if (raw[0] != '/')
        {
            if (!Authority.TryParseAbsoluteForm(raw, out var named, out pathAndQuery, out var isHttps, out var problem))
                return Refusal.BadRequest(target is null ? $"the request target is not an absolute http URL: {problem}" : "the request target is not a path");
            if (isHttps != connection.IsTls)
                return Refusal.BadRequest("https needs a tunnel: send CONNECT first");
            if (target is not null && named != target)
                return Refusal.Misdirected($"the request target names {named} on a connection to {target}");
            target = named;
        }
        else if (target is null)
            return Refusal.BadRequest("this is a proxy for http and https; the request target must be an absolute URL");

        var host = context.Request.Headers.Host;
        if (host.Count > 1)
            return Refusal.BadRequest("the request has more than one Host");
        if (host.Count == 1 && host[0] is { } text)
        {
            if (!Authority.TryParseHostHeader(text, connection.IsTls ? 443 : 80, out var named, out var problem))
                return Refusal.BadRequest($"the Host header is not a host: {problem}");
            if (named != target)
                return Refusal.Misdirected($"the Host header names {named} on a connection to {target}");
        }
        else if (!HttpProtocol.IsHttp10(context.Request.Protocol))
            return Refusal.BadRequest("the request has no Host");

        if (connection.ServerName is { } name && name != target.Host)
            return Refusal.Misdirected($"TLS asks for {name} on a connection to {target}");
        destination = new RequestDestination(target, connection.IsTls, pathAndQuery);
        return null;
    }
}
