using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

/// <summary>Attacks that make the proxy judge one destination and reach another.</summary>
public sealed class DestinationTests
{
    private static async Task<(Door Door, WebUpstream Web)> StartAsync()
    {
        var door = new Door();
        var upstream = await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("reached"));
        await door.AddUpstreamAsync("plain.example", context => context.Response.WriteAsync("reached"), port: 80);
        await door.Allow("api.example:443", "GET", "/**").Allow("plain.example:80").Allow("spliced.example:443").StartAsync();
        return (door, upstream);
    }

    [Fact]
    public async Task A_Host_other_than_the_tunnel_is_refused()
    {
        // Row 3.
        var (door, upstream) = await StartAsync();
        await using var _ = door;
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.TunnelAsync("api.example:443");
        await client.TlsAsync("api.example");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 421", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Empty(upstream.Seen);
    }

    [Theory]
    [InlineData("api.example")]
    [InlineData("spliced.example")]
    public async Task A_TLS_name_other_than_the_tunnel_is_refused_inside_TLS(string tunnel)
    {
        // Rows 3 and 4.
        var (door, upstream) = await StartAsync();
        await using var _ = door;
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.TunnelAsync($"{tunnel}:443");
        await client.TlsAsync("other.example");
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {tunnel}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 421", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Contains("other.example", client.ServerCertificate!.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.DnsName, false), StringComparison.Ordinal);
        Assert.Empty(upstream.Seen);
    }

    [Fact]
    public async Task A_captured_connection_with_another_TLS_name_is_refused()
    {
        var (door, upstream) = await StartAsync();
        await using var _ = door;
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "spliced.example", 443));
        await client.TlsAsync("api.example");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: api.example\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 421", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Empty(upstream.Seen);
    }

    [Fact]
    public async Task An_authority_other_than_the_tunnel_is_refused_over_HTTP2()
    {
        // Rows 3 and 23.
        var (door, upstream) = await StartAsync();
        await using var _ = door;
        using var client = door.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.example/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = "api.example:444";

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Empty(upstream.Seen);
    }

    [Theory]
    [InlineData("GET http://plain.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n")]
    [InlineData("GET http://plain.example/ HTTP/1.1\r\nHost: plain.example\r\nHost: plain.example\r\n\r\n")]
    [InlineData("GET http://plain.example/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://user:password@plain.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n")]
    [InlineData("GET http://plain.example@other.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n")]
    [InlineData("GET http://plain.example\\@other.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n")]
    [InlineData("GET http://plain.example#@other.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n")]
    [InlineData("GET https://plain.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n")]
    [InlineData("GET ftp://plain.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: plain.example\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: plain.example\r\n\r\n")]
    public async Task A_proxy_request_that_is_ambiguous_is_refused(string request)
    {
        // Row 12.
        var (door, _) = await StartAsync();
        await using var __ = door;
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.SendAsync(request);

        Assert.Matches("^HTTP/1.1 4(00|21)", await client.ReadHeadAsync());
    }

    [Theory]
    [InlineData("api.example")]
    [InlineData("api.example:")]
    [InlineData("api.example:0")]
    [InlineData("api.example:65536")]
    [InlineData("api.example:+443")]
    [InlineData("api.example\0.other.example:443")]
    [InlineData("api.example:443:443")]
    [InlineData("user@api.example:443")]
    [InlineData("[::1:443")]
    [InlineData("0x7f000001:443")]
    [InlineData("127.1:443")]
    [InlineData("http://api.example/")]
    public async Task A_malformed_tunnel_target_gets_no_tunnel(string target)
    {
        // Row 8.
        await using var door = await new Door().Allow("**").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);

        Assert.StartsWith("HTTP/1.1 400", await client.TunnelAsync(target), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Case_and_a_trailing_dot_do_not_change_the_host()
    {
        // Row 8.
        await using var door = new Door();
        var upstream = await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("reached"));
        await door.Allow("**").Deny("api.example").StartAsync();
        foreach (var spelling in (string[])["API.example", "api.EXAMPLE."])
        {
            await using var client = await RawClient.ConnectAsync(door.ProxyPort);
            await client.TunnelAsync(spelling + ":443");
            await client.TlsAsync("Api.Example");
            await client.SendAsync($"GET / HTTP/1.1\r\nHost: {spelling}\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 403", await client.ReadHeadAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(upstream.Seen);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("[::1]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("203.0.113.7")]
    public async Task A_tunnel_to_an_address_literal_without_a_rule_of_its_own_is_refused(string literal)
    {
        // Rows 7 and 9.
        await using var door = await new Door().Allow("*.example").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.TunnelAsync(literal + ":443");
        await client.TlsAsync(literal.Trim('[', ']'));
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {literal}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403", await client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: api.example\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: api.example\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: api.example\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: api.example\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: api.example\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: api.example\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: api.example\r\nX-A: b\r\n folded: c\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost : api.example\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: api.example\r\nX-A: b\0c\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: api.example\r\nX-A: b\rGET /smuggled HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\nHost: api.example\r\n\r\n")]
    [InlineData("GET  / HTTP/1.1\r\nHost: api.example\r\n\r\n")]
    public async Task A_request_that_two_parsers_could_cut_differently_reaches_nobody_as_two(string request)
    {
        // Row 11.
        await using var door = new Door();
        var upstream = await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("reached"));
        await door.Allow("api.example:443", "POST", "/").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.TunnelAsync("api.example:443");
        await client.TlsAsync("api.example");
        await client.SendAsync(request);

        Assert.Matches("^HTTP/1.1 (4..|505)", await client.ReadHeadAsync());
        Assert.DoesNotContain(upstream.Seen, seen => seen.PathAndQuery.Contains("smuggled", StringComparison.Ordinal) || seen.Headers.Any(header => header.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) && header.Value != "chunked"));
    }

    [Fact]
    public async Task A_bare_line_feed_is_not_taken_for_the_end_of_a_tunnel_request()
    {
        // Row 11.
        await using var door = await new Door().Allow("**").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.SendAsync("CONNECT api.example:443 HTTP/1.1\nHost: api.example:443\n\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", await client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_pipelined_request_is_judged_on_its_own()
    {
        // Row 12.
        await using var door = new Door();
        var upstream = await door.AddUpstreamAsync("plain.example", context => context.Response.WriteAsync("reached"), port: 80);
        await door.Allow("plain.example:80").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.SendAsync(
            "GET http://plain.example/1 HTTP/1.1\r\nHost: plain.example\r\n\r\nGET http://evil.example/2 HTTP/1.1\r\nHost: evil.example\r\n\r\n"
            + "GET http://plain.example/3 HTTP/1.1\r\nHost: plain.example\r\nConnection: close\r\n\r\n");
        var answers = await client.ReadToEndAsync();

        Assert.Equal(2, answers.Split("HTTP/1.1 200").Length - 1);
        Assert.Equal(1, answers.Split("HTTP/1.1 403").Length - 1);
        Assert.Equal(["/1", "/3"], upstream.Seen.Select(seen => seen.PathAndQuery));
    }

    [Fact]
    public async Task A_tunnel_cannot_be_asked_for_inside_a_tunnel()
    {
        var (door, _) = await StartAsync();
        await using var __ = door;
        await using var client = await RawClient.ConnectAsync(door.ProxyPort);
        await client.TunnelAsync("api.example:443");
        await client.SendAsync("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n");

        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task What_is_not_HTTP_gets_no_tunnel_where_requests_must_be_looked_into()
    {
        var (door, upstream) = await StartAsync();
        await using var _ = door;
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "api.example", 443));
        await client.SendAsync("SSH-2.0-x\r\n");

        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Empty(upstream.Seen);
    }
}
