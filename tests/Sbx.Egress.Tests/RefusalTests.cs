using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Log;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_host_without_a_rule_is_refused_inside_TLS_with_a_message_to_act_on()
    {
        await using var door = await new Door().StartAsync();
        using var client = door.Client();

        using var response = await client.GetAsync("https://evil.example/x?secret=1");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var message = body.RootElement.GetProperty("error").GetProperty("message").GetString()!;
        Assert.Contains("evil.example:443/x", message, StringComparison.Ordinal);
        Assert.Contains("sbx policy allow network evil.example --sandbox demo", message, StringComparison.Ordinal);
        Assert.Equal("sbx policy allow network evil.example --sandbox demo", body.RootElement.GetProperty("sbx").GetProperty("command").GetString());
        var row = Assert.Single(await door.RowsAsync(1));
        Assert.Equal(("evil.example", "/x", 403, false), (row.Host, row.Path, row.Status, row.Allowed));
    }

    [Fact]
    public async Task A_deny_rule_wins_over_an_allow_and_is_named()
    {
        await using var door = await new Door().Allow("**").Deny("*.example").StartAsync();
        using var client = door.Client();

        var body = await (await client.GetAsync("https://evil.example/")).Content.ReadAsStringAsync();

        Assert.Contains("sbx policy rm deny-2", body, StringComparison.Ordinal);
        Assert.Equal("deny-2", Assert.Single(await door.RowsAsync(1)).Rule);
    }

    [Fact]
    public async Task Plain_http_is_refused_with_the_same_message()
    {
        await using var door = await new Door().StartAsync();
        var (code, output, _) = await Tool.RunAsync("curl", ["-s", "-w", "%{http_code}", "--proxy", $"http://127.0.0.1:{door.ProxyPort}", "http://evil.example/"]);

        Assert.Equal(0, code);
        Assert.Contains("sbx policy allow network evil.example", output, StringComparison.Ordinal);
        Assert.EndsWith("403", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_captured_connection_without_a_rule_is_refused_inside_TLS()
    {
        await using var door = await new Door().StartAsync();
        var port = door.Listen(EgressStreamKind.Tcp, "evil.example", 443);

        var (code, output, _) = await Tool.RunAsync("curl", ["-s", "--cacert", door.AuthorityFile, "--connect-to", $"evil.example:443:127.0.0.1:{port}", "https://evil.example/"]);

        Assert.Equal(0, code);
        Assert.Contains("no rule", output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(ProxyKind.Transparent, Assert.Single(await door.RowsAsync(1)).Proxy);
    }

    [Fact]
    public async Task A_client_that_does_not_trust_the_authority_fails_at_once_and_is_logged()
    {
        await using var door = await new Door().StartAsync();
        var (code, _, error) = await Tool.RunAsync("curl", ["-sS", "--proxy", $"http://127.0.0.1:{door.ProxyPort}", "https://evil.example/"]);

        Assert.Equal(60, code);
        Assert.Contains("certificate", error, StringComparison.Ordinal);
        Assert.False(Assert.Single(await door.RowsAsync(1)).Allowed);
    }

    [Fact]
    public async Task Git_shows_the_reason_of_a_refusal()
    {
        await using var door = await new Door().StartAsync();
        var (code, _, error) = await Tool.RunAsync(
            "git", ["-c", $"http.proxy=http://127.0.0.1:{door.ProxyPort}", "-c", $"http.sslCAInfo={door.AuthorityFile}", "ls-remote", "https://git.example/r.git"]);

        Assert.NotEqual(0, code);
        Assert.True(error.Contains("remote: sbx refused", StringComparison.Ordinal) && error.Contains("sbx policy allow network git.example", StringComparison.Ordinal), error);
    }

    [Fact]
    public async Task The_reason_phrase_names_the_refusal_for_clients_that_show_nothing_else()
    {
        await using var door = await new Door().StartAsync();
        using var client = door.Client();
        using var response = await client.GetAsync("http://evil.example/");

        Assert.StartsWith("sbx refused GET evil.example:80/", response.ReasonPhrase, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Method_and_path_rules_are_applied_to_every_request_of_a_connection()
    {
        // Rows 1 and 12.
        await using var door = new Door();
        var upstream = await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("ok"));
        await door.Allow("api.example:443", "GET", "/public/**").StartAsync();
        using var client = door.Client();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("https://api.example/public/a")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("https://api.example/private/a")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("https://api.example/public/a", new StringContent("x"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("https://api.example/public/b")).StatusCode);
        Assert.Equal(2, upstream.Seen.Count);
    }

    [Theory]
    [InlineData("/public/../private")]
    [InlineData("/public/%2e%2e/private")]
    [InlineData("/public//x")]
    [InlineData("/public/%2fx")]
    [InlineData("/public/a;b")]
    [InlineData("/public\\..\\private")]
    [InlineData("/public/%5c..%5cprivate")]
    public async Task A_path_that_can_be_read_in_two_ways_is_refused_before_rules_are_matched(string path)
    {
        // Row 14.
        await using var door = new Door();
        var upstream = await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("ok"));
        await door.Allow("api.example:443", "GET", "/public/**").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.TunnelAsync("api.example:443");
        await client.TlsAsync("api.example");

        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n");
        var answer = await client.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 40", answer, StringComparison.Ordinal);
        Assert.Empty(upstream.Seen);
    }

    [Fact]
    public async Task A_refused_raw_connection_is_closed_at_once()
    {
        // Row 26.
        await using var door = await new Door().StartAsync();
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "db.example", 5432));
        await client.SendAsync("\0\0\0\x08\x04\xd2\x16\x2f");

        Assert.Equal("", await client.ReadToEndAsync());
        var row = Assert.Single(await door.RowsAsync(1));
        Assert.Equal((ProxyKind.Network, false, "db.example", 5432), (row.Proxy, row.Allowed, row.Host, row.Port));
    }
}
