using System.Net;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_at_once_and_others_go_on()
    {
        // Row 37.
        await using var door = new Door { Limits = new EgressLimits { ConnectionsPerSandbox = 2 } };
        await door.AddUpstreamAsync("plain.example", context => context.Response.WriteAsync("ok"), port: 80);
        await door.Allow("plain.example").StartAsync();
        await using var first = await RawClient.ConnectAsync(door.ProxyPort);
        await first.SendAsync("GET http://plain.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n");
        await first.ReadHeadAsync();
        await using var second = await RawClient.ConnectAsync(door.ProxyPort);
        await second.SendAsync("GET http://plain.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n");
        await second.ReadHeadAsync();
        await using var third = await RawClient.ConnectAsync(door.ProxyPort);

        Assert.Equal("", await third.ReadToEndAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET http://plain.exam")]
    [InlineData("CONNECT plain.exam")]
    [InlineData("\x16\x03")]
    public async Task A_client_that_stops_in_the_middle_of_its_head_is_let_go(string beginning)
    {
        // Row 37.
        await using var door = new Door { Limits = new EgressLimits { Handshake = TimeSpan.FromMilliseconds(200) } };
        await door.Allow("plain.example").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.SendAsync(beginning);

        Assert.DoesNotContain("200", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_beyond_the_bound_is_refused()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("plain.example", context => context.Response.WriteAsync("ok"), port: 80);
        await door.Allow("plain.example").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.SendAsync("GET http://plain.example/ HTTP/1.1\r\nHost: plain.example\r\n" + string.Concat(Enumerable.Range(0, 90).Select(i => $"X-{i}: {new string('a', 1000)}\r\n")) + "\r\n");

        Assert.StartsWith("HTTP/1.1 431", await client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tunnel_head_beyond_the_bound_is_refused()
    {
        await using var door = new Door();
        await door.Allow("plain.example").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.SendAsync("CONNECT plain.example:443 HTTP/1.1\r\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"X-{i}: {new string('a', 1000)}\r\n")) + "\r\n");

        Assert.StartsWith("HTTP/1.1 400", await client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_request_at_the_destination()
    {
        await using var door = new Door();
        var ended = new TaskCompletionSource();
        var began = new TaskCompletionSource();
        await door.AddUpstreamAsync("plain.example", async context =>
        {
            began.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => ended.SetResult(), TaskScheduler.Default);
        }, port: 80);
        await door.Allow("plain.example").StartAsync();
        var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.SendAsync("GET http://plain.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n");
        await began.Task.WaitAsync(TimeSpan.FromSeconds(20));
        client.Reset();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_settings_of_the_proxy_are_not_reachable_through_it()
    {
        // Row 25.
        await using var door = new Door();
        await door.Allow("**").StartAsync();
        using var client = door.Client();
        client.DefaultRequestHeaders.ConnectionClose = true;

        using var response = await client.GetAsync($"http://127.0.0.1:{door.ProxyPort}/");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }
}
