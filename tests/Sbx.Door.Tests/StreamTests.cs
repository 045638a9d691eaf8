using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Sbx.Door.Tests.Running;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Door.Tests;

/// <summary>Long and large exchanges, from inside the machine.</summary>
public sealed class StreamTests(StreamTests.Hosts world) : IClassFixture<StreamTests.Hosts>
{
    private const int DownloadBytes = 256 * 1024 * 1024;

    [Fact]
    public async Task A_hundred_events_arrive_one_by_one()
    {
        // The server sends the next event only when the one before was acknowledged: a door that gathers them would hang it.
        const string Program = """
            import http.client, os, ssl
            def connect():
                c = http.client.HTTPConnection('127.0.0.1', 3128, timeout=60); c.set_tunnel('api.openai.com', 443); c.connect()
                c.sock = ssl.create_default_context(cafile=os.environ['SSL_CERT_FILE']).wrap_socket(c.sock, server_hostname='api.openai.com'); return c
            acks, events = connect(), connect()
            events.request('GET', '/v1/events'); answer = events.getresponse(); seen = 0
            for line in answer:
                if line.startswith(b'data: '):
                    assert line == b'data: %d\n' % seen, line
                    acks.request('POST', '/v1/ack'); acks.getresponse().read(); seen += 1
            print(seen)
            """;

        var result = await world.Sbx.RunAsync(["exec", "streams", "python3", "-"], new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Program)));

        Assert.Equal("100\n", result.Ended(0).Text);
    }

    [Fact]
    public async Task A_prompt_of_a_megabyte_goes_through_to_a_credentialed_host()
    {
        var result = await world.Home.ShAsync(
            "streams", "head -c 1048576 /dev/urandom | base64 -w0 | head -c 1048576 > /tmp/body && sha256sum < /tmp/body | cut -c1-64 && curl -sS --fail --data-binary @/tmp/body https://api.openai.com/v1/hash");

        var lines = result.Ended(0).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines[0], lines[1]);
    }

    [Fact]
    public async Task A_download_of_256_megabytes_arrives_whole()
    {
        var result = await world.Home.ShAsync("streams", "curl -sS --fail https://files.example/large | sha256sum | cut -c1-64");

        Assert.Equal(world.DownloadHash + "\n", result.Ended(0).Text);
    }

    [Fact]
    public async Task A_WebSocket_echoes_with_the_key_in_its_upgrade()
    {
        const string Program = """
            import os, socket, ssl, struct
            s = socket.create_connection(('api.openai.com', 443), 30)
            s = ssl.create_default_context(cafile=os.environ['SSL_CERT_FILE']).wrap_socket(s, server_hostname='api.openai.com')
            s.sendall(b'GET /v1/socket HTTP/1.1\r\nHost: api.openai.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nAuthorization: Bearer proxy-managed\r\n'
                      b'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n')
            f = s.makefile('rb')
            assert b' 101 ' in f.readline()
            while f.readline().strip(): pass
            text = b'x' * 70000
            s.sendall(b'\x81\xff' + struct.pack('>Q', len(text)) + b'\0\0\0\0' + text)
            got = b''
            while len(got) < len(text):
                head = f.read(2); size = head[1] & 127
                if size == 126: size = struct.unpack('>H', f.read(2))[0]
                elif size == 127: size = struct.unpack('>Q', f.read(8))[0]
                got += f.read(size)
            print(got == text)
            """;

        var result = await world.Sbx.RunAsync(["exec", "streams", "python3", "-"], new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Program)));

        Assert.Equal("True\n", result.Ended(0).Text);
    }

    public sealed class Hosts : World
    {
        private const string Key = "sk-proj-stream-0123456789abcdefghij";
        private readonly SemaphoreSlim _acknowledged = new(0);

        internal string DownloadHash { get; private set; } = null!;

        protected override async Task StandInAsync()
        {
            var block = RandomNumberGenerator.GetBytes(1024 * 1024);
            using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            {
                for (var i = 0; i < DownloadBytes / block.Length; i++)
                    hash.AppendData(block);
                DownloadHash = Convert.ToHexStringLower(hash.GetHashAndReset());
            }

            await ServeAsync(async c =>
            {
                c.Response.ContentLength = DownloadBytes;
                for (var i = 0; i < DownloadBytes / block.Length; i++)
                    await c.Response.Body.WriteAsync(block);
            }, "files.example");
            await ServeAsync(ModelAsync, "api.openai.com");
        }

        protected override async Task PrepareAsync()
        {
            await StoreAsync("openai", Key);
            await Home.CreateAsync("streams", "--allow", "files.example");
        }

        private async Task ModelAsync(HttpContext context)
        {
            if (context.Request.Headers.Authorization != "Bearer " + Key)
            {
                context.Response.StatusCode = 401;
                return;
            }

            switch (context.Request.Path)
            {
                case "/v1/events":
                    context.Response.ContentType = "text/event-stream";
                    for (var i = 0; i < 100; i++)
                    {
                        await context.Response.WriteAsync($"data: {i}\n\n");
                        await context.Response.Body.FlushAsync();
                        await _acknowledged.WaitAsync(context.RequestAborted);
                    }

                    break;
                case "/v1/ack":
                    _acknowledged.Release();
                    break;
                case "/v1/hash":
                    await context.Response.WriteAsync(Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Request.Body)) + "\n");
                    break;
                case "/v1/socket":
                    using (var socket = await context.WebSockets.AcceptWebSocketAsync())
                    {
                        var buffer = new byte[16 * 1024];
                        while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
                            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, CancellationToken.None);
                    }

                    break;
            }
        }
    }
}
