using System.Buffers.Binary;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

/// <summary>Row 23: floods of HTTP/2 frames against the proxy itself.</summary>
public sealed class Http2AttackTests
{
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte GoAway = 7;
    private const byte Continuation = 9;

    // ":method: GET", ":scheme: https", ":path: /" of the static table, and the authority as a literal (RFC 7541).
    private static readonly byte[] Request = [0x82, 0x87, 0x84, 0x41, 11, .. "api.example"u8];

    [Fact]
    public async Task A_head_that_goes_on_in_endless_frames_ends_the_connection()
    {
        await using var door = new Door();
        var web = await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("reached"));
        await using var client = await OpenAsync(door);
        await SendAsync(client, Headers, flags: 0, stream: 1, Request);

        // Each frame is one harmless header, and none says that it is the last one.
        var header = new byte[] { 0x40, 1, (byte)'a', 100 }.Concat(Enumerable.Repeat((byte)'b', 100)).ToArray();
        var filler = Enumerable.Range(0, 100).SelectMany(_ => header).ToArray();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (var i = 0; i < 2000; i++)
                await SendAsync(client, Continuation, flags: 0, stream: 1, filler);
            await ReadUntilEndAsync(client);
        });

        Assert.Empty(web.Seen);
        using var other = door.Client();
        Assert.Equal("reached", await other.GetStringAsync("https://api.example/"));
    }

    [Fact]
    public async Task Requests_that_are_taken_back_at_once_end_the_connection_and_not_the_proxy()
    {
        await using var door = new Door();
        var web = await door.AddUpstreamAsync("api.example", async context =>
        {
            if (context.Request.Path == "/")
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            else
                await context.Response.WriteAsync("reached");
        });
        await using var client = await OpenAsync(door);

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                await SendAsync(client, Headers, flags: 5, stream: (2 * i) + 1, Request);
                await SendAsync(client, Reset, flags: 0, stream: (2 * i) + 1, [0, 0, 0, 8]);
            }

            await ReadUntilEndAsync(client);
        });

        Assert.True(web.Seen.Count < 20_000);
        using var other = door.Client();
        Assert.Equal("reached", await other.GetStringAsync("https://api.example/other"));
    }

    private static async Task<RawClient> OpenAsync(Door door)
    {
        await door.Allow("api.example:443", "GET", "/**").StartAsync();
        var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.TunnelAsync("api.example:443");
        await client.TlsAsync("api.example", SslApplicationProtocol.Http2);
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        await SendAsync(client, Settings, 0, 0, []);
        return client;
    }

    private static Task SendAsync(RawClient client, byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return client.SendAsync(frame);
    }

    // A GOAWAY says that the connection is given up, as a reset does.
    private static async Task ReadUntilEndAsync(RawClient client)
    {
        var head = new byte[9];
        while (true)
        {
            var read = Encoding.Latin1.GetBytes(await client.ReadExactlyAsync(9));
            read.CopyTo(head, 0);
            var length = (head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1));
            if (length > 0)
                await client.ReadExactlyAsync(length);
            if (head[3] == GoAway)
                throw new IOException("the proxy gave the connection up");
        }
    }
}
