using Sbx.Egress.Connections;

namespace Sbx.Egress;

/// <summary>The listeners of Kestrel, by what is spoken on them.</summary>
internal sealed class EgressListeners
{
    /// <summary>HTTP/1.1 without TLS.</summary>
    public StreamListener Http { get; } = new(new StreamEndPoint("http"));

    /// <summary>HTTP/2 without TLS, by prior knowledge.</summary>
    public StreamListener Http2 { get; } = new(new StreamEndPoint("h2c"));

    /// <summary>TLS, then HTTP/1.1 or HTTP/2 as negotiated.</summary>
    public StreamListener Https { get; } = new(new StreamEndPoint("https"));

    /// <summary>All of them.</summary>
    public IReadOnlyList<StreamListener> All => [Http, Http2, Https];
}
