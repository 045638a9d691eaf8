namespace Sbx.Egress.Log;

/// <summary>The way a request took.</summary>
public enum ProxyKind
{
    /// <summary>Through the announced proxy, seen by it.</summary>
    Forward,

    /// <summary>Through the announced proxy as a plain tunnel.</summary>
    ForwardBypass,

    /// <summary>A captured connection that speaks HTTP or TLS.</summary>
    Transparent,

    /// <summary>Raw traffic that is not HTTP.</summary>
    Network,
}
