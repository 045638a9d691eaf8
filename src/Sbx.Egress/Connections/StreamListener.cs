using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Sbx.Egress.Connections;

/// <summary>A connection listener fed by <see cref="Offer"/> instead of a socket.</summary>
internal sealed class StreamListener(StreamEndPoint endPoint) : IConnectionListener
{
    private readonly Channel<ConnectionContext> _waiting = Channel.CreateUnbounded<ConnectionContext>(new() { SingleReader = true });

    public EndPoint EndPoint { get; } = endPoint;

    /// <summary>Hands a connection to Kestrel.</summary>
    /// <returns>False when the listener is closed; the connection then stays with the caller.</returns>
    public bool Offer(ConnectionContext connection) => _waiting.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.TryRead(out var connection))
                return connection;
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
            await connection.DisposeAsync().ConfigureAwait(false);
    }
}
