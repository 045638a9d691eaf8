using System.Security.Cryptography.X509Certificates;
using Sbx.Egress.Log;
using Sbx.Egress.Upstream;

namespace Sbx.Egress;

/// <summary>How the gateway reaches the world.</summary>
public sealed record EgressGatewayOptions
{
    /// <summary>Where every decision is written; null writes none. Disposed by its owner, after the gateway.</summary>
    public EgressLog? Log { get; init; }

    /// <summary>Finds addresses of destinations.</summary>
    public IUpstreamResolver Resolver { get; init; } = new SystemUpstreamResolver();

    /// <summary>The proxy that the host itself must use.</summary>
    public UpstreamProxyOptions Proxy { get; init; } = new();

    /// <summary>Root certificates that destinations may be signed by, besides the system's.</summary>
    public X509Certificate2Collection ExtraAuthorities { get; init; } = [];

    /// <summary>Bounds.</summary>
    public EgressLimits Limits { get; init; } = new();

    /// <summary>Whether requests are refused while the log cannot be written (disk full). False serves them, and the log shows the gap.</summary>
    public bool RefuseWhenNotLogged { get; init; }
}
