using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Sbx.Bench.Egress;

/// <summary>The least that YARP can be: its forwarder between Kestrel with TLS and a destination with TLS.</summary>
internal static class YarpProxy
{
    public static async Task<int> StartAsync(string directory, int originPort)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(BenchCertificates.Roots(directory));
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null, EnableMultipleHttp2Connections = true,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        });
        var (_, port) = await BenchServer.StartAsync(
            BenchCertificates.Server(directory), services => services.AddHttpForwarder(),
            app =>
            {
                var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
                return async context => await forwarder.SendAsync(context, $"https://localhost:{originPort}", invoker, ForwarderRequestConfig.Empty, HttpTransformer.Empty);
            });
        return port;
    }
}
