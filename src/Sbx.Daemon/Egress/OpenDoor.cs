using Sbx.Egress;
using Sbx.Egress.Tls;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Daemon.Egress;

/// <summary>One sandbox's way out: takes the streams that its guest opens to the gateway. Disposing closes all of them.</summary>
internal sealed class OpenDoor : IAsyncDisposable
{
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromSeconds(10);

    private readonly string _sandboxId;
    private readonly SandboxAuthority _authority;
    private readonly string _hostAuthorities;
    private readonly EgressGateway _gateway;
    private readonly Multiplexer _channel;
    private readonly Action _closed;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private int _disposed;

    public OpenDoor(string sandboxId, SandboxAuthority authority, string hostAuthorities, EgressGateway gateway, Multiplexer channel, Action closed)
    {
        (_sandboxId, _authority, _hostAuthorities) = (sandboxId, authority, hostAuthorities);
        (_gateway, _channel, _closed) = (gateway, channel, closed);
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The sandbox's certificate authority and those of the host's own, in PEM form, for the guest to trust.</summary>
    public string TrustedCa => _authority.CertificatePem + _hostAuthorities;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        _gateway.RemoveSandbox(_sandboxId);
        await _accepting.ConfigureAwait(false);
        _closed();
        _authority.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (await _channel.AcceptAsync(_closing.Token).ConfigureAwait(false) is { } stream)
                _ = ServeAsync(stream, _closing.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The machine has ended, or is about to.
        }
    }

    private async Task ServeAsync(MultiplexedStream stream, CancellationToken closing)
    {
        try
        {
            await using var owned = stream.ConfigureAwait(false);
            if (stream.Service != GuestServices.Egress)
                return;
            var open = await OpeningAsync(stream, closing).ConfigureAwait(false);
            if (open is not { Kind: "proxy" or "tcp" })
                return;
            await JsonFraming.WriteAsync(stream, new Reply(), ProtocolJson.Default.Reply, closing).ConfigureAwait(false);
            await _gateway.HandleAsync(
                _sandboxId, open.Kind == "proxy" ? EgressStreamKind.Proxy : EgressStreamKind.Tcp, open.Host, open.Port, stream, stream.FinishAsync, closing).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidDataException)
        {
            // The guest broke off or sent nonsense; the stream is closed.
        }
    }

    // A guest that opens a stream and says nothing must not hold it for ever.
    private static async Task<EgressOpen> OpeningAsync(MultiplexedStream stream, CancellationToken closing)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(closing);
        patience.CancelAfter(OpeningPatience);
        return await JsonFraming.ReadAsync(stream, ProtocolJson.Default.EgressOpen, patience.Token).ConfigureAwait(false);
    }
}
