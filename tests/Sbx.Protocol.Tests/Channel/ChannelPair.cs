using Sbx.Protocol.Channel;

namespace Sbx.Protocol.Tests.Channel;

/// <summary>A host's and a guest's end of one channel.</summary>
internal sealed class ChannelPair : IAsyncDisposable
{
    private ChannelPair(Multiplexer host, Multiplexer guest) => (Host, Guest) = (host, guest);

    public Multiplexer Host { get; }

    public Multiplexer Guest { get; }

    /// <summary>Fails a test that would hang.</summary>
    public static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public static async Task<ChannelPair> StartAsync(int window = 64 * 1024, int maxPeerStreams = 4096)
    {
        var (left, right) = DuplexPipe.Create();
        var pair = new ChannelPair(
            Multiplexer.Start(left, new MultiplexerOptions { IsHost = true, StreamWindow = window, MaxPeerStreams = maxPeerStreams }),
            Multiplexer.Start(right, new MultiplexerOptions { IsHost = false, StreamWindow = window, MaxPeerStreams = maxPeerStreams }));
        await pair.Host.WaitForPeerAsync(Limit());
        return pair;
    }

    /// <summary>A stream opened by the host, and the guest's end of it.</summary>
    public async Task<(MultiplexedStream Host, MultiplexedStream Guest)> OpenAsync(string service = "test")
    {
        var host = await Host.OpenAsync(service, Limit());
        return (host, (await Guest.AcceptAsync(Limit()))!);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Guest.DisposeAsync();
    }
}
