using System.Net;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Upstream;

/// <summary>
/// Sends named destinations to fixed endpoints and asks another resolver for all else. Meant for tests and stand-ins: what is mapped
/// is dialled even where the address floor would refuse it.
/// </summary>
/// <param name="map">Destinations by host and port.</param>
/// <param name="otherwise">Answers for what is not mapped.</param>
public sealed class MappedUpstreamResolver(IReadOnlyDictionary<Authority, IPEndPoint> map, IUpstreamResolver otherwise) : IUpstreamResolver
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UpstreamAddress>> ResolveAsync(Authority target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        return map.TryGetValue(target, out var endPoint)
            ? ValueTask.FromResult<IReadOnlyList<UpstreamAddress>>([new(endPoint, IsMapped: true)])
            : otherwise.ResolveAsync(target, cancellationToken);
    }
}
