using System.Net.Sockets;
using Sbx.Protocol.Channel;

namespace Sbx.Guest.Calls;

/// <summary>Copies between a socket and a stream of the channel, each half-close to the other side.</summary>
internal static class SocketBridge
{
    private const int BufferSize = 32 * 1024;

    /// <summary>Ends when both directions have, or either side broke. The socket is reset when the stream was.</summary>
    public static async Task RunAsync(Socket socket, MultiplexedStream stream)
    {
        using var broken = new CancellationTokenSource();
        await Task.WhenAll(
            GuardAsync(() => CopyOutAsync(socket, stream, broken.Token), socket, stream, broken),
            GuardAsync(() => CopyInAsync(socket, stream, broken.Token), socket, stream, broken)).ConfigureAwait(false);
    }

    /// <summary>Closes with a TCP reset instead of an orderly end.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    private static async Task GuardAsync(Func<Task> copy, Socket socket, MultiplexedStream stream, CancellationTokenSource broken)
    {
        try
        {
            await copy().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (broken.IsCancellationRequested)
                return;
            await broken.CancelAsync().ConfigureAwait(false);
            if (e is IOException)
                Reset(socket);
            else
                await stream.ResetAsync("the connection was reset").ConfigureAwait(false);
        }
    }

    private static async Task CopyOutAsync(Socket socket, MultiplexedStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        await stream.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task CopyInAsync(Socket socket, MultiplexedStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            for (var sent = 0; sent < read;)
                sent += await socket.SendAsync(buffer.AsMemory(sent, read - sent), cancellationToken).ConfigureAwait(false);
        }

        socket.Shutdown(SocketShutdown.Send);
    }
}
