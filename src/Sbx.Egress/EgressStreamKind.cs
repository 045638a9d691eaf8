namespace Sbx.Egress;

/// <summary>How a guest's stream came about.</summary>
public enum EgressStreamKind
{
    /// <summary>A client that knows of the proxy: CONNECT, or requests in absolute form.</summary>
    Proxy,

    /// <summary>A captured connection, with the name that the guest looked up.</summary>
    Tcp,
}
