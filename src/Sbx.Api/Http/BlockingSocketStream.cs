using System.Net.Sockets;

namespace Sbx.Api.Http;

/// <summary>
/// A socket whose calls do their work on the calling thread, also the asynchronous ones, which spares a short-lived program
/// the start of event loop and thread pool. One reader and one writer at a time. A cancelled read ends the connection.
/// </summary>
internal sealed class BlockingSocketStream(Socket socket) : ForwardStream
{
    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var registration = cancellationToken.UnsafeRegister(static s => Shut((Socket)s!), socket);
        try
        {
            var read = socket.Receive(buffer.Span);
            if (read == 0)
                cancellationToken.ThrowIfCancellationRequested();
            return new ValueTask<int>(read);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"the connection broke: {e.Message}", e);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var registration = cancellationToken.UnsafeRegister(static s => Shut((Socket)s!), socket);
        try
        {
            for (var rest = buffer.Span; !rest.IsEmpty;)
                rest = rest[socket.Send(rest)..];
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"the connection broke: {e.Message}", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        // Also wakes a thread that is reading.
        if (disposing)
            socket.Dispose();
        base.Dispose(disposing);
    }

    private static void Shut(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
