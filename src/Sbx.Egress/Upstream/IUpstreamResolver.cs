using System.Net;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Upstream;

/// <summary>Finds the addresses of a destination. Called only after the policy has allowed the name. Thread-safe.</summary>
public interface IUpstreamResolver
{
    /// <summary>Looks a host up.</summary>
    /// <param name="target">Host (a name or a literal) and port.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Addresses in the order to try; empty when the name has none.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The name could not be looked up.</exception>
    ValueTask<IReadOnlyList<UpstreamAddress>> ResolveAsync(Authority target, CancellationToken cancellationToken);
}

/// <summary>One address of a destination.</summary>
/// <param name="EndPoint">Where to dial.</param>
/// <param name="IsMapped">
/// Whether the operator has mapped the name to this very endpoint, so that neither address rules nor the address floor apply.
/// Never true for what a name server said.
/// </param>
public readonly record struct UpstreamAddress(IPEndPoint EndPoint, bool IsMapped = false);
