using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Log;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

public sealed class TunnelTests
{
    [Fact]
    public async Task TLS_that_no_rule_looks_into_is_passed_through_unopened()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("pass.example", context => context.Response.WriteAsync("ok"));
        await door.Allow("pass.example:443").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.TunnelAsync("pass.example:443");
        await client.TlsAsync("pass.example");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: pass.example\r\nConnection: close\r\n\r\n");

        Assert.EndsWith("ok", (await client.ReadToEndAsync()).TrimEnd('0', '\r', '\n'), StringComparison.Ordinal);
        Assert.Contains("test upstream root", client.ServerCertificate!.Issuer, StringComparison.Ordinal);
        await client.DisposeAsync();
        var row = Assert.Single(await door.RowsAsync(1));
        Assert.Equal((ProxyKind.ForwardBypass, true), (row.Proxy, row.Allowed));
    }

    [Fact]
    public async Task A_server_that_speaks_first_is_heard()
    {
        await using var door = new Door();
        await using var server = new TcpAdapter(async (stream, _, cancellationToken) =>
        {
            await stream.WriteAsync("220 ready\r\n"u8.ToArray(), cancellationToken);
            var buffer = new byte[100];
            var read = await stream.ReadAsync(buffer, cancellationToken);
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await stream.DisposeAsync();
        });
        door.Map("mail.example", 25, server.Port);
        await door.Allow("mail.example:25").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "mail.example", 25));
        var greeting = await client.ReadExactlyAsync(11);
        await client.SendAsync("EHLO x\r\n");

        Assert.Equal("220 ready\r\n", greeting);
        Assert.Equal("EHLO x\r\n", await client.ReadToEndAsync());
        Assert.Equal(ProxyKind.Network, (await door.RowsAsync(1))[0].Proxy);
    }

    [Fact]
    public async Task A_client_that_speaks_a_protocol_of_its_own_reaches_an_allowed_port()
    {
        await using var door = new Door();
        await using var server = new TcpAdapter(EchoAsync);
        door.Map("db.example", 5432, server.Port);
        await door.Allow("db.example:5432").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "db.example", 5432));
        await client.SendAsync("\x01\x02hello");
        client.FinishSending();

        Assert.Equal("\x01\x02hello", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Waiting_does_not_get_another_TLS_name_past_the_check(bool captured)
    {
        await using var door = new Door { Limits = new EgressLimits { ServerFirst = TimeSpan.FromMilliseconds(20) } };
        var web = await door.AddUpstreamAsync("pass.example", context => context.Response.WriteAsync("reached"));
        await door.Allow("pass.example:443").StartAsync();
        await using var client = await RawClient.ConnectAsync(captured ? door.Listen(EgressStreamKind.Tcp, "pass.example", 443) : door.ProxyPort);
        if (!captured)
            await client.TunnelAsync("pass.example:443");
        await Task.Delay(300);
        await client.TlsAsync("other.example");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 421", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Empty(web.Seen);
    }

    [Fact]
    public async Task A_late_client_still_reaches_the_host_it_asked_for()
    {
        await using var door = new Door { Limits = new EgressLimits { ServerFirst = TimeSpan.FromMilliseconds(20) } };
        await door.AddUpstreamAsync("pass.example", context => context.Response.WriteAsync("ok"));
        await door.Allow("pass.example:443").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "pass.example", 443));
        await Task.Delay(300);
        await client.TlsAsync("pass.example");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: pass.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hello_in_many_small_pieces_is_still_read()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("pass.example", context => context.Response.WriteAsync("ok"));
        await door.Allow("pass.example:443").StartAsync();
        var port = door.Listen(EgressStreamKind.Tcp, "pass.example", 443);
        await using var slow = new TcpAdapter(async (stream, finish, cancellationToken) =>
        {
            using var there = new TcpClient { NoDelay = true };
            await there.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            var down = CopyDownAsync();
            var buffer = new byte[100];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await there.GetStream().WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                await Task.Delay(2, cancellationToken);
            }

            there.Client.Shutdown(SocketShutdown.Send);
            await down;
            await stream.DisposeAsync();

            async Task CopyDownAsync()
            {
                await there.GetStream().CopyToAsync(stream, cancellationToken);
                await finish(cancellationToken);
            }
        });
        await using var client = await RawClient.ConnectAsync(slow.Port);
        await client.TlsAsync("pass.example");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: pass.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Contains("test upstream root", client.ServerCertificate!.Issuer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hello_that_hides_its_name_is_opened_and_judged_by_its_requests()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("pass.example", context => context.Response.WriteAsync("ok"));
        await door.Allow("pass.example:443").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "pass.example", 443));
        await client.SendAsync(Hellos.Make("pass.example", encrypted: true));
        var answer = new byte[3000];
        var length = await client.ReadAsync(answer);

        // The certificate that comes back is the sandbox's own, so TLS was opened.
        Assert.True(length > 0 && answer[0] is 22 or 21);
        client.Reset();
        var row = Assert.Single(await door.RowsAsync(1));
        Assert.Equal(ProxyKind.Transparent, row.Proxy);
        Assert.Contains("before it sent a request", row.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_does_not_answer_is_told_inside_TLS()
    {
        await using var door = new Door();
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        door.Map("down.example", 443, ((IPEndPoint)closed.LocalEndpoint).Port);
        closed.Stop();
        await door.Allow("down.example:443").StartAsync();
        using var client = door.Client();

        using var response = await client.GetAsync("https://down.example/");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("down.example:443 cannot be reached (ConnectionRefused)", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task EchoAsync(Stream stream, Func<CancellationToken, ValueTask> finish, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        await stream.DisposeAsync();
    }
}
