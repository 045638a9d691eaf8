using FsCheck.Xunit;
using Sbx.Protocol.Channel;

namespace Sbx.Protocol.Tests.Channel;

/// <summary>A hostile guest writes whatever it likes; the host ends the channel or goes on, and never fails in another way.</summary>
public sealed class FuzzTests
{
    [Property(MaxTest = 200)]
    public async Task Random_bytes_end_the_channel(byte[] bytes)
    {
        var (peer, own) = DuplexPipe.Create();
        await using var host = Multiplexer.Start(own, new MultiplexerOptions { IsHost = true });
        await peer.WriteAsync(bytes, ChannelPair.Limit());
        await peer.DisposeAsync();
        var cause = await host.Completion.WaitAsync(ChannelPair.Limit());
        Assert.True(cause is ChannelProtocolException or EndOfStreamException, $"{cause}");
    }

    [Property(MaxTest = 200)]
    public async Task Random_frames_end_the_channel_in_an_orderly_way((byte Type, byte Id, byte[] Payload)[] frames)
    {
        var (peerEnd, own) = DuplexPipe.Create();
        await using var host = Multiplexer.Start(own, new MultiplexerOptions { IsHost = true, StreamWindow = 64, MaxPeerStreams = 4 });
        var peer = new RawPeer(peerEnd);
        await peer.HelloAsync();
        await host.OpenAsync("local", ChannelPair.Limit());
        foreach (var (type, id, payload) in frames)
            await peer.SendAsync((FrameType)(1 + type % 6), id % 8u, payload ?? []);
        await peerEnd.DisposeAsync();
        var cause = await host.Completion.WaitAsync(ChannelPair.Limit());
        Assert.True(cause is ChannelProtocolException or EndOfStreamException or ChannelClosedException, $"{cause}");
    }
}
