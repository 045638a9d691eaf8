using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

public sealed class StreamingTests
{
    private const string Key = "sk-live-0123456789abcdefABCDEF";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_events_arrive_one_by_one(bool credentialed)
    {
        await using var door = new Door();
        var next = new SemaphoreSlim(0);
        await door.AddUpstreamAsync("api.openai.com", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 100; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync(context.RequestAborted);
            }
        });
        if (credentialed)
            await door.StoreAsync("openai", Key);
        await door.Allow("api.openai.com:443", "GET", "/**").StartAsync();
        using var client = door.Client();

        using var response = await client.GetAsync("https://api.openai.com/v1/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        // The next event is only sent once this one has arrived: any hold-back would stop the test here.
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"data: {i}", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal("", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
            next.Release();
        }

        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_prompt_of_one_megabyte_arrives_whole()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("api.openai.com", async context =>
        {
            var hash = await SHA256.HashDataAsync(context.Request.Body);
            await context.Response.WriteAsync(Convert.ToHexString(hash) + context.Request.ContentLength);
        });
        await door.StoreAsync("openai", Key);
        await door.Allow("api.openai.com:443").StartAsync();
        using var client = door.Client();
        var prompt = RandomNumberGenerator.GetBytes(1 << 20);

        var answer = await (await client.PostAsync("https://api.openai.com/v1/responses", new ByteArrayContent(prompt))).Content.ReadAsStringAsync();

        Assert.Equal(Convert.ToHexString(SHA256.HashData(prompt)) + prompt.Length, answer);
        Assert.Equal(1 << 20, Assert.Single(await door.RowsAsync(1)).BytesSent);
    }

    [Theory]
    [InlineData("api.openai.com")]
    [InlineData("files.example")]
    public async Task A_download_of_256_MB_arrives_whole(string host)
    {
        const int Size = 256 << 20;
        await using var door = new Door();
        var block = RandomNumberGenerator.GetBytes(1 << 20);
        await door.AddUpstreamAsync(host, async context =>
        {
            context.Response.ContentLength = Size;
            for (var sent = 0; sent < Size; sent += block.Length)
                await context.Response.Body.WriteAsync(block);
        });
        await door.StoreAsync("openai", Key);
        await door.Allow(host + ":443").StartAsync();
        using var client = door.Client();

        using var response = await client.GetAsync($"https://{host}/file", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        using var actual = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        long total = 0;
        for (int read; (read = await body.ReadAsync(buffer)) > 0; total += read)
            actual.AppendData(buffer, 0, read);

        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var sent = 0; sent < Size; sent += block.Length)
            expected.AppendData(block);
        Assert.Equal(Size, total);
        Assert.Equal(expected.GetHashAndReset(), actual.GetHashAndReset());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_WebSocket_echoes_with_the_key_in_its_upgrade(bool compress)
    {
        await using var door = new Door();
        var upstream = await door.AddUpstreamAsync("api.openai.com", EchoAsync);
        await door.StoreAsync("openai", Key);
        await door.Allow("api.openai.com:443").StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer proxy-managed");
        if (compress)
            socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        using var invoker = new HttpMessageInvoker(door.Handler());

        await socket.ConnectAsync(new Uri("wss://api.openai.com/v1/responses"), invoker, CancellationToken.None);
        var message = Encoding.UTF8.GetBytes(new string('x', 68_001));
        await socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
        var (text, _) = await ReceiveAsync(socket);
        await socket.SendAsync(Encoding.UTF8.GetBytes("key"), WebSocketMessageType.Text, true, CancellationToken.None);
        var (masked, _) = await ReceiveAsync(socket);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Assert.Equal(Encoding.UTF8.GetString(message), text);
        Assert.Equal("Bearer " + Key, upstream.Seen.First().Header("Authorization"));
        Assert.Equal(new string('*', Key.Length), masked);
    }

    [Fact]
    public async Task A_WebSocket_to_a_host_without_a_credential_keeps_its_compression()
    {
        await using var door = new Door();
        var upstream = await door.AddUpstreamAsync("ws.example", EchoAsync);
        await door.Allow("ws.example:443", "GET", "/**").StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        using var invoker = new HttpMessageInvoker(door.Handler());

        await socket.ConnectAsync(new Uri("wss://ws.example/"), invoker, CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Binary, true, CancellationToken.None);

        Assert.Equal("hello", (await ReceiveAsync(socket)).Text);
        Assert.Contains("permessage-deflate", upstream.Seen.First().Header("Sec-WebSocket-Extensions"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_stands_when_the_destination_did_not_read_the_request_to_its_end()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("enough"));
        await door.Allow("api.example:443", "POST", "/**").StartAsync();
        using var client = door.Client();

        for (var i = 0; i < 50; i++)
            Assert.Equal("enough", await (await client.PostAsync("https://api.example/", new ByteArrayContent("hello"u8.ToArray()))).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task HTTP2_is_spoken_on_both_sides_with_trailers()
    {
        await using var door = new Door();
        var upstream = await door.AddUpstreamAsync("grpc.example", async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Request.Body.CopyToAsync(context.Response.Body);
            context.Response.AppendTrailer("grpc-status", "0");
        }, protocols: HttpProtocols.Http2);
        await door.Allow("grpc.example:443", "POST", "/**").StartAsync();
        using var client = door.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://grpc.example/a.B/C")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent([0, 0, 0, 0, 2, 8, 1]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));

        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal([0, 0, 0, 0, 2, 8, 1], body);
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal("HTTP/2", upstream.Seen.First().Protocol);
    }

    [Fact]
    public async Task A_two_way_stream_passes_messages_before_either_side_has_ended()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("grpc.example", async context =>
        {
            context.Response.ContentType = "application/grpc";
            var buffer = new byte[1];
            while (await context.Request.Body.ReadAsync(buffer) > 0)
            {
                await context.Response.Body.WriteAsync(buffer);
                await context.Response.Body.FlushAsync();
            }
        }, protocols: HttpProtocols.Http2);
        await door.Allow("grpc.example:443", "POST", "/**").StartAsync();
        using var client = door.Client();
        var pipe = new System.IO.Pipelines.Pipe();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://grpc.example/a.B/C")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new FlushedContent(pipe.Reader.AsStream()),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        await pipe.Writer.WriteAsync(new byte[] { 1 });

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(20));
        await using var body = await response.Content.ReadAsStreamAsync();
        var got = new byte[1];
        for (byte i = 1; i < 10; i++)
        {
            await body.ReadExactlyAsync(got).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(i, got[0]);
            await pipe.Writer.WriteAsync(new[] { (byte)(i + 1) });
        }

        await pipe.Writer.CompleteAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = true });
        while (true)
        {
            var (text, type) = await ReceiveAsync(socket);
            if (type == WebSocketMessageType.Close)
                break;
            var answer = text == "key" ? context.Request.Headers.Authorization.ToString()["Bearer ".Length..] : text;
            await socket.SendAsync(Encoding.UTF8.GetBytes(answer), type, true, CancellationToken.None);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private static async Task<(string Text, WebSocketMessageType Type)> ReceiveAsync(WebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[100_000];
        var length = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            length += result.Count;
            if (result.EndOfMessage)
                return (Encoding.UTF8.GetString(buffer, 0, length), result.MessageType);
        }
    }

    private sealed class FlushedContent(Stream source) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var buffer = new byte[100];
            for (int read; (read = await source.ReadAsync(buffer)) > 0;)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
