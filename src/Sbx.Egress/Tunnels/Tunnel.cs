using System.Buffers;
using System.Net.Sockets;
using Sbx.Egress.Connections;
using Sbx.Egress.Upstream;

namespace Sbx.Egress.Tunnels;

/// <summary>Copies bytes between a guest and a destination, unseen, until both directions have ended or one breaks.</summary>
internal sealed class Tunnel(GuestStream guest, UpstreamStream connection, Stream upstream)
{
    private const int BufferSize = 64 * 1024;
    private long _fromGuest;
    private long _toGuest;

    /// <summary>Bytes that went to the destination.</summary>
    public long FromGuest => Volatile.Read(ref _fromGuest);

    /// <summary>Bytes that went to the guest.</summary>
    public long ToGuest => Volatile.Read(ref _toGuest);

    /// <summary>Copies until the end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = Guard(CopyUpAsync(stop.Token), stop);
        var down = Guard(CopyDownAsync(stop.Token), stop);
        await Task.WhenAll(up, down).ConfigureAwait(false);
    }

    // A direction that breaks takes the other with it; one that ends well leaves it open.
    private static async Task Guard(Task copy, CancellationTokenSource stop)
    {
        try
        {
            await copy.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task CopyUpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await guest.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var segment in result.Buffer)
            {
                await upstream.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
                Interlocked.Add(ref _fromGuest, segment.Length);
            }

            guest.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCanceled)
                throw new IOException("the guest's stream was given up");
            if (result.IsCompleted)
                break;
        }

        // A TLS proxy in between has no way to pass half an end on.
        if (ReferenceEquals(connection, upstream))
            connection.FinishSending();
    }

    private async Task CopyDownAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await upstream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await guest.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                Interlocked.Add(ref _toGuest, read);
            }

            if (!await guest.TryFinishAsync(cancellationToken).ConfigureAwait(false))
                throw new IOException("the destination has ended");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
