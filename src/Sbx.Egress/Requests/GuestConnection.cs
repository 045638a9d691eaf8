using Sbx.Egress.Log;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Requests;

/// <summary>What is known of the connection that a request came on. A feature of Kestrel's connection.</summary>
/// <param name="Sandbox">Whose it is.</param>
/// <param name="Target">Where it goes; null for an explicit proxy connection, whose requests name their destinations.</param>
/// <param name="IsTls">Whether TLS was opened on it.</param>
/// <param name="Kind">The way it took.</param>
/// <param name="ServerName">The name asked for in TLS, or null.</param>
internal sealed record GuestConnection(SandboxDoor Sandbox, Authority? Target, bool IsTls, ProxyKind Kind, HostName? ServerName)
{
    private int _requests;

    /// <summary>How many requests were served on it.</summary>
    public int Requests => _requests;

    /// <summary>The host that the certificate is for: the one the client will check.</summary>
    public HostName CertificateHost => ServerName ?? Target!.Host;

    /// <summary>Counts a request.</summary>
    public void CountRequest() => Interlocked.Increment(ref _requests);
}
