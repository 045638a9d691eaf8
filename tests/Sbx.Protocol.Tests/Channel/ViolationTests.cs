using Sbx.Protocol.Channel;

namespace Sbx.Protocol.Tests.Channel;

public sealed class ViolationTests
{
    [Fact]
    public async Task Another_version_ends_the_channel_and_says_which()
    {
        var (peer, own) = DuplexPipe.Create();
        await using var host = Multiplexer.Start(own, new MultiplexerOptions { IsHost = true });
        await new RawPeer(peer).SendAsync(FrameType.Hello, 0, BitConverter.GetBytes(99u));
        var e = await Assert.ThrowsAsync<ChannelClosedException>(() => host.WaitForPeerAsync(ChannelPair.Limit()));
        Assert.Contains("version 99", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_does_not_introduce_itself_is_given_up() =>
        await ExpectViolationAsync(peer => peer.SendAsync(FrameType.Open, 1, "exec"u8.ToArray()), introduce: false);

    [Fact]
    public async Task More_bytes_than_the_window_end_the_channel() => await ExpectViolationAsync(async peer =>
    {
        await peer.SendAsync(FrameType.Open, 1, "exec"u8.ToArray());
        await peer.SendAsync(FrameType.Data, 1, new byte[1024]);
        await peer.SendAsync(FrameType.Data, 1, new byte[1]);
    });

    [Fact]
    public async Task Bytes_after_the_end_of_a_stream_end_the_channel() => await ExpectViolationAsync(async peer =>
    {
        await peer.SendAsync(FrameType.Open, 1, "exec"u8.ToArray());
        await peer.SendAsync(FrameType.Finish, 1, []);
        await peer.SendAsync(FrameType.Data, 1, new byte[1]);
    });

    [Fact]
    public async Task A_window_beyond_two_gigabytes_ends_the_channel() => await ExpectViolationAsync(async peer =>
    {
        await peer.SendAsync(FrameType.Open, 1, "exec"u8.ToArray());
        await peer.SendAsync(FrameType.Window, 1, BitConverter.GetBytes(uint.MaxValue));
    });

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    public async Task An_open_with_an_id_of_the_other_side_ends_the_channel(uint id) =>
        await ExpectViolationAsync(peer => peer.SendAsync(FrameType.Open, id, "exec"u8.ToArray()));

    [Fact]
    public async Task Opening_a_stream_twice_ends_the_channel() => await ExpectViolationAsync(async peer =>
    {
        await peer.SendAsync(FrameType.Open, 1, "exec"u8.ToArray());
        await peer.SendAsync(FrameType.Open, 1, "exec"u8.ToArray());
    });

    [Fact]
    public async Task An_open_without_or_with_an_endless_name_ends_the_channel()
    {
        await ExpectViolationAsync(peer => peer.SendAsync(FrameType.Open, 1, []));
        await ExpectViolationAsync(peer => peer.SendAsync(FrameType.Open, 1, new byte[257]));
    }

    [Fact]
    public async Task Frames_of_a_stream_that_was_closed_here_are_dropped()
    {
        var (peerEnd, own) = DuplexPipe.Create();
        await using var guest = Multiplexer.Start(own, new MultiplexerOptions { IsHost = false });
        var peer = new RawPeer(peerEnd);
        await peer.HelloAsync();
        await peer.SendAsync(FrameType.Open, 1, "a"u8.ToArray());
        await (await guest.AcceptAsync(ChannelPair.Limit()))!.DisposeAsync();
        await peer.SendAsync(FrameType.Data, 1, new byte[100]);
        await peer.SendAsync(FrameType.Window, 1, BitConverter.GetBytes(10u));
        await peer.SendAsync(FrameType.Open, 3, "b"u8.ToArray());
        Assert.Equal("b", (await guest.AcceptAsync(ChannelPair.Limit()))!.Service);
    }

    private static async Task ExpectViolationAsync(Func<RawPeer, Task> misbehave, bool introduce = true)
    {
        var (peerEnd, own) = DuplexPipe.Create();
        await using var guest = Multiplexer.Start(own, new MultiplexerOptions { IsHost = false, StreamWindow = 1024 });
        var peer = new RawPeer(peerEnd);
        if (introduce)
            await peer.HelloAsync();
        await misbehave(peer);
        Assert.IsType<ChannelProtocolException>(await guest.Completion.WaitAsync(ChannelPair.Limit()));
    }
}
