using System.Net;
using Sbx.Policies.Hosts;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Evaluation;

/// <summary>
/// One question to the policy. Asked twice for a connection: by name before anything is resolved, then once for each resolved
/// address before it is dialled; and once more for each HTTP request where the connection's answer asked for inspection.
/// </summary>
/// <param name="Host">Destination as the guest named it.</param>
/// <param name="Port">Destination port, 1 to 65535.</param>
/// <param name="Protocol">Tcp or Udp.</param>
public readonly record struct PolicyQuery(HostName Host, int Port, NetworkProtocol Protocol = NetworkProtocol.Tcp)
{
    /// <summary>Name of the sandbox that asks; null for the global rules alone.</summary>
    public string? Sandbox { get; init; }

    /// <summary>Request method as it came; null while none is known.</summary>
    public string? Method { get; init; }

    /// <summary>Request path as it came, with or without query; null while none is known. Method and path are given together.</summary>
    public string? Path { get; init; }

    /// <summary>The address about to be dialled; null while none is known.</summary>
    public IPAddress? ResolvedAddress { get; init; }
}
