using System.Net;
using System.Net.Security;
using System.Text;
using Sbx.Egress.Upstream;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Requests;

/// <summary>
/// Sends the requests of one sandbox. Nothing is followed, stored or decoded: no redirects, no cookies, no decompression. Its
/// connections are never shared with another sandbox.
/// </summary>
internal sealed class UpstreamClient : IDisposable
{
    private readonly SocketsHttpHandler _handler;

    /// <summary>Makes the client of a sandbox.</summary>
    public delegate UpstreamClient Factory(SandboxDoor sandbox);

    public UpstreamClient(SandboxDoor sandbox, UpstreamProxySelector proxies, SslClientAuthenticationOptions tls, EgressLimits limits)
    {
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PreAuthenticate = false,
            Credentials = null,
            Proxy = proxies,
            UseProxy = true,
            DefaultProxyCredentials = null,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = limits.ConnectionsPerSandbox,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            MaxResponseHeadersLength = limits.ResponseHeadersKilobytes,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            SslOptions = tls,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(sandbox, proxies, context, cancellationToken),
        };
        Invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    /// <summary>Sends.</summary>
    public HttpMessageInvoker Invoker { get; }

    public void Dispose()
    {
        Invoker.Dispose();
        _handler.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(
        SandboxDoor sandbox, UpstreamProxySelector proxies, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (!HostName.TryParse(context.InitialRequestMessage.RequestUri!.IdnHost, out var host))
            throw new UpstreamException("the destination is not a host");
        var target = new Authority(host, context.InitialRequestMessage.RequestUri.Port);
        if (context.InitialRequestMessage.RequestUri.Scheme == Uri.UriSchemeHttp && proxies.ForPlain(target) is { } proxy)
            return await sandbox.DialProxyAsync(proxy, target, cancellationToken).ConfigureAwait(false);
        return (await sandbox.DialAsync(target, cancellationToken).ConfigureAwait(false)).Stream;
    }
}
