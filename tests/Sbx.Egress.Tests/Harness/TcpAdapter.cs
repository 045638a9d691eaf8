using System.Net;
using System.Net.Sockets;

namespace Sbx.Egress.Tests.Harness;

/// <summary>A TCP port in front of the gateway, in place of the channel from a guest.</summary>
internal sealed class TcpAdapter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _streams = [];
    private readonly Task _accepting;

    public TcpAdapter(Func<Stream, Func<CancellationToken, ValueTask>, CancellationToken, Task> serve)
    {
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        try
        {
            await Task.WhenAll(_streams).WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // What still ran was just cancelled; a test looks at what its client saw.
        }
    }

    private async Task AcceptAsync(Func<Stream, Func<CancellationToken, ValueTask>, CancellationToken, Task> serve)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                _streams.Add(serve(
                    new NetworkStream(socket, ownsSocket: true),
                    _ =>
                    {
                        socket.Shutdown(SocketShutdown.Send);
                        return ValueTask.CompletedTask;
                    },
                    _stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }
}
