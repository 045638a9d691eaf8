using System.Net;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Upstream;

/// <summary>Asks the host's own resolver.</summary>
public sealed class SystemUpstreamResolver : IUpstreamResolver
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UpstreamAddress>> ResolveAsync(Authority target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Host.IsAddress)
            return [new(new IPEndPoint(target.Host.Address.ToIPAddress(), target.Port))];
        if (target.Host.IsHostLoopback)
            return [new(new IPEndPoint(IPAddress.Loopback, target.Port)), new(new IPEndPoint(IPAddress.IPv6Loopback, target.Port))];
        var addresses = await Dns.GetHostAddressesAsync(target.Host.Value, cancellationToken).ConfigureAwait(false);
        return [.. addresses.Select(address => new UpstreamAddress(new IPEndPoint(address, target.Port)))];
    }
}
