using System.Net;
using System.Net.Security;
using System.Text;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Upstream;

/// <summary>Asks the host's proxy for a tunnel (RFC 9110 9.3.6).</summary>
internal static class ProxyTunnel
{
    private const int MaximumAnswer = 16 * 1024;

    /// <summary>Opens the tunnel over a connection to the proxy.</summary>
    /// <returns>The stream to use from now on.</returns>
    /// <exception cref="UpstreamException">The proxy refuses.</exception>
    public static async Task<Stream> OpenAsync(Stream connection, Uri proxy, Authority target, CancellationToken cancellationToken)
    {
        var stream = connection;
        if (proxy.Scheme == Uri.UriSchemeHttps)
        {
            var tls = new SslStream(connection);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = proxy.IdnHost }, cancellationToken).ConfigureAwait(false);
            stream = tls;
        }

        var request = new StringBuilder($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        if (proxy.UserInfo.Length > 0)
            request.Append("Proxy-Authorization: Basic ").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(proxy.UserInfo)))).Append("\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()), cancellationToken).ConfigureAwait(false);
        var status = await ReadStatusAsync(stream, cancellationToken).ConfigureAwait(false);
        if (status / 100 != 2)
            throw new UpstreamException($"the host's proxy {proxy.Host}:{proxy.Port} answered {status} to a tunnel to {target}");
        return stream;
    }

    /// <summary>User and password of a proxy URL.</summary>
    public static NetworkCredential CredentialsOf(Uri proxy)
    {
        var parts = Uri.UnescapeDataString(proxy.UserInfo).Split(':', 2);
        return new NetworkCredential(parts[0], parts.Length > 1 ? parts[1] : "");
    }

    // Byte by byte: what follows the head belongs to the tunnel.
    private static async Task<int> ReadStatusAsync(Stream stream, CancellationToken cancellationToken)
    {
        var answer = new byte[MaximumAnswer];
        for (var length = 0; length < answer.Length; length++)
        {
            if (await stream.ReadAsync(answer.AsMemory(length, 1), cancellationToken).ConfigureAwait(false) == 0)
                break;
            if (!answer.AsSpan(0, length + 1).EndsWith("\r\n\r\n"u8))
                continue;
            var head = Encoding.ASCII.GetString(answer, 0, length);
            if (head.Length > 12 && head.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(head.AsSpan(9, 3), out var status))
                return status;
            break;
        }

        throw new UpstreamException("the host's proxy did not answer a tunnel request as HTTP");
    }
}
