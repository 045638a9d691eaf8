using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Sbx.Egress.Connections;

/// <summary>Gives Kestrel the in-memory listeners of the gateway.</summary>
internal sealed class StreamListenerFactory(IEnumerable<StreamListener> listeners) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly List<StreamListener> _listeners = [.. listeners];

    public bool CanBind(EndPoint endpoint) => endpoint is StreamEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(_listeners.Single(listener => listener.EndPoint == endpoint));
}
