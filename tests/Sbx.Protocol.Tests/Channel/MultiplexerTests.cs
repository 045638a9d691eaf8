using System.Security.Cryptography;
using Sbx.Protocol.Channel;

namespace Sbx.Protocol.Tests.Channel;

public sealed class MultiplexerTests
{
    [Fact]
    public async Task A_stream_reaches_the_service_that_it_was_opened_for()
    {
        await using var pair = await ChannelPair.StartAsync();
        var (host, guest) = await pair.OpenAsync("exec");
        Assert.Equal("exec", guest.Service);
        await host.WriteAsync("ping"u8.ToArray(), ChannelPair.Limit());
        var buffer = new byte[4];
        await guest.ReadExactlyAsync(buffer, ChannelPair.Limit());
        Assert.Equal("ping"u8.ToArray(), buffer);
    }

    [Fact]
    public async Task Many_streams_carry_their_own_bytes_in_both_directions_at_once()
    {
        await using var pair = await ChannelPair.StartAsync(window: 8192);
        var echo = Task.Run(async () =>
        {
            while (await pair.Guest.AcceptAsync(ChannelPair.Limit()) is { } stream)
                _ = Task.Run(async () =>
                {
                    await stream.CopyToAsync(stream, 3000, ChannelPair.Limit());
                    await stream.FinishAsync(ChannelPair.Limit());
                });
        });
        await Task.WhenAll(Enumerable.Range(1, 50).Select(async number =>
        {
            var sent = RandomNumberGenerator.GetBytes(number * 2000);
            await using var stream = await pair.Host.OpenAsync("echo", ChannelPair.Limit());
            var writing = Task.Run(async () =>
            {
                await stream.WriteAsync(sent, ChannelPair.Limit());
                await stream.FinishAsync(ChannelPair.Limit());
            });
            using var received = new MemoryStream();
            await stream.CopyToAsync(received, 1000, ChannelPair.Limit());
            await writing;
            Assert.Equal(sent, received.ToArray());
        }));
        await pair.DisposeAsync();
        await echo;
    }

    [Fact]
    public async Task A_reader_that_does_not_read_stops_its_writer_and_no_other_stream()
    {
        await using var pair = await ChannelPair.StartAsync(window: 4096);
        var (blocked, unread) = await pair.OpenAsync();
        var writing = blocked.WriteAsync(new byte[10_000], ChannelPair.Limit()).AsTask();

        var (other, otherGuest) = await pair.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await other.WriteAsync(new byte[1000], ChannelPair.Limit());
            await otherGuest.ReadExactlyAsync(new byte[1000], ChannelPair.Limit());
        }

        Assert.False(writing.IsCompleted);
        await unread.ReadExactlyAsync(new byte[10_000], ChannelPair.Limit());
        await writing;
    }

    [Fact]
    public async Task A_finished_direction_reads_as_its_end_while_the_other_goes_on()
    {
        await using var pair = await ChannelPair.StartAsync();
        var (host, guest) = await pair.OpenAsync();
        await host.FinishAsync(ChannelPair.Limit());
        Assert.Equal(0, await guest.ReadAsync(new byte[10], ChannelPair.Limit()));
        await guest.WriteAsync(new byte[5], ChannelPair.Limit());
        await host.ReadExactlyAsync(new byte[5], ChannelPair.Limit());
    }

    [Fact]
    public async Task A_reset_tells_the_peer_its_reason_after_what_was_sent_before()
    {
        await using var pair = await ChannelPair.StartAsync();
        var (host, guest) = await pair.OpenAsync();
        await host.WriteAsync(new byte[3], ChannelPair.Limit());
        await host.ResetAsync("no longer wanted");
        await guest.ReadExactlyAsync(new byte[3], ChannelPair.Limit());
        var e = await Assert.ThrowsAsync<StreamResetException>(async () => await guest.ReadExactlyAsync(new byte[1], ChannelPair.Limit()));
        Assert.Equal("no longer wanted", e.Message);
    }

    [Fact]
    public async Task A_reset_wakes_a_writer_that_waits_for_window()
    {
        await using var pair = await ChannelPair.StartAsync(window: 1024);
        var (host, guest) = await pair.OpenAsync();
        var writing = host.WriteAsync(new byte[5000], ChannelPair.Limit()).AsTask();
        await guest.ResetAsync("enough");
        await Assert.ThrowsAsync<StreamResetException>(() => writing);
    }

    [Fact]
    public async Task Streams_above_the_limit_are_reset_and_room_returns_when_one_closes()
    {
        await using var pair = await ChannelPair.StartAsync(maxPeerStreams: 2);
        var (first, firstGuest) = await pair.OpenAsync();
        await pair.OpenAsync();
        var third = await pair.Host.OpenAsync("test", ChannelPair.Limit());
        await Assert.ThrowsAsync<StreamResetException>(async () => await third.ReadExactlyAsync(new byte[1], ChannelPair.Limit()));
        await firstGuest.DisposeAsync();
        await Assert.ThrowsAsync<StreamResetException>(async () => await first.ReadExactlyAsync(new byte[1], ChannelPair.Limit()));
        var (_, fourth) = await pair.OpenAsync("again");
        Assert.Equal("again", fourth.Service);
    }

    [Fact]
    public async Task When_the_peer_goes_open_streams_fail_and_accepting_ends()
    {
        await using var pair = await ChannelPair.StartAsync();
        var (host, _) = await pair.OpenAsync();
        var reading = host.ReadAsync(new byte[1], ChannelPair.Limit()).AsTask();
        var accepting = pair.Host.AcceptAsync(ChannelPair.Limit()).AsTask();
        await pair.Guest.DisposeAsync();
        await Assert.ThrowsAsync<ChannelClosedException>(() => reading);
        Assert.Null(await accepting);
        Assert.IsType<EndOfStreamException>(await pair.Host.Completion);
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await pair.Host.OpenAsync("test", ChannelPair.Limit()));
    }

    [Fact]
    public async Task A_guest_that_meets_a_new_host_drops_the_streams_of_the_former_one()
    {
        var (hostEnd, guestEnd) = DuplexPipe.Create();
        await using var guest = Multiplexer.Start(guestEnd, new MultiplexerOptions { IsHost = false });
        var wire = new RawPeer(hostEnd);
        await wire.HelloAsync();
        await wire.SendAsync(FrameType.Open, 1, "exec"u8.ToArray());
        var former = (await guest.AcceptAsync(ChannelPair.Limit()))!;

        await wire.HelloAsync();
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await former.ReadExactlyAsync(new byte[1], ChannelPair.Limit()));
        await wire.SendAsync(FrameType.Open, 1, "usage"u8.ToArray());
        Assert.Equal("usage", (await guest.AcceptAsync(ChannelPair.Limit()))!.Service);
    }
}
