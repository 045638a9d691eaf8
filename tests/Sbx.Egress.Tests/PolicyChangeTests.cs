using System.Net;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

public sealed class PolicyChangeTests
{
    [Fact]
    public async Task A_kept_connection_is_refused_once_the_rule_is_gone()
    {
        // Row 13.
        await using var door = new Door();
        await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("ok"));
        await door.Allow("api.example:443", "GET", "/**").StartAsync();
        using var client = door.Client();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("https://api.example/1")).StatusCode);

        door.Revoke("api.example:443");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("https://api.example/2")).StatusCode);
        door.Allow("api.example:443", "GET", "/**");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("https://api.example/3")).StatusCode);
    }

    [Fact]
    public async Task A_running_answer_is_cut_off_when_its_rule_goes()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("api.example", async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await door.Allow("api.example:443", "GET", "/**").StartAsync();
        using var client = door.Client();
        using var response = await client.GetAsync("https://api.example/1", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[5];
        await body.ReadExactlyAsync(buffer);

        door.Deny("api.example:443");

        await Assert.ThrowsAnyAsync<Exception>(() => body.ReadExactlyAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("deny", (await door.RowsAsync(1))[^1].Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_open_tunnel_is_closed_when_its_rule_goes_and_its_row_says_why(bool denied)
    {
        // Row 13.
        await using var door = new Door();
        await using var server = new TcpAdapter(EchoAsync);
        door.Map("raw.example", 9000, server.Port);
        await door.Allow("raw.example:9000").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "raw.example", 9000));
        await client.SendAsync("\x01hello");
        Assert.Equal("\x01hello", await client.ReadExactlyAsync(6));

        _ = denied ? door.Deny("raw.example") : door.Revoke("raw.example:9000");

        Assert.Equal("", await client.ReadToEndAsync());
        var row = await door.RowAsync(row => row.Duration > TimeSpan.Zero);
        Assert.StartsWith("closed when the policy changed: ", row.Reason, StringComparison.Ordinal);
        Assert.Contains(denied ? "deny-2" : "no rule", row.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((6, 6), (row.BytesSent, row.BytesReceived));
    }

    [Fact]
    public async Task A_tunnel_to_a_host_that_gets_a_credential_is_closed_so_that_it_is_opened_next_time()
    {
        await using var door = new Door();
        await door.AddUpstreamAsync("api.openai.com", async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await door.StoreAsync("mistral", "opens-the-catalog-0000");
        await door.Allow("api.openai.com:443").StartAsync();
        using var client = door.Client();
        using var response = await client.GetAsync("https://api.openai.com/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[5]);

        await door.StoreAsync("openai", "sk-live-0123456789");
        door.Gateway.Review("id-" + Door.Sandbox);

        await Assert.ThrowsAnyAsync<Exception>(() => body.ReadExactlyAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Removing_a_sandbox_closes_all_it_has_open()
    {
        await using var door = new Door();
        await using var server = new TcpAdapter(async (stream, _, cancellationToken) =>
        {
            await stream.WriteAsync("hello"u8.ToArray(), cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
            await stream.DisposeAsync();
        });
        door.Map("raw.example", 9000, server.Port);
        await door.Allow("raw.example:9000").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "raw.example", 9000));
        Assert.Equal("hello", await client.ReadExactlyAsync(5));

        door.Gateway.RemoveSandbox("id-" + Door.Sandbox);

        Assert.Equal("", await client.ReadToEndAsync());
    }

    private static async Task EchoAsync(Stream stream, Func<CancellationToken, ValueTask> finish, CancellationToken cancellationToken)
    {
        var buffer = new byte[100];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        await stream.DisposeAsync();
    }
}
