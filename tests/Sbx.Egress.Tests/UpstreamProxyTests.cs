using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Tests.Harness;
using Sbx.Egress.Upstream;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Tests;

public sealed class UpstreamProxyTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData(null)]
    public async Task The_hosts_own_proxy_carries_tunnels_and_opened_requests(string? method)
    {
        await using var door = new Door();
        var web = await door.AddUpstreamAsync("api.example", context => context.Response.WriteAsync("ok"));
        var heads = new List<string>();
        await using var proxy = new TcpAdapter((stream, _, cancellationToken) => TunnelAsync(stream, web.Port, heads, cancellationToken));
        door.Proxy = new UpstreamProxyOptions { Https = new Uri($"http://user:p%40ss@127.0.0.1:{proxy.Port}") };
        await door.Allow("api.example:443", method, method is null ? null : "/**").StartAsync();
        using var client = door.Client();

        Assert.Equal("ok", await client.GetStringAsync("https://api.example/"));
        Assert.StartsWith("CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n", heads[0], StringComparison.Ordinal);
        Assert.Contains("Proxy-Authorization: Basic " + Convert.ToBase64String("user:p@ss"u8), heads[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_requests_go_to_the_hosts_own_proxy_in_absolute_form()
    {
        await using var door = new Door();
        await using var proxy = await WebUpstream.StartAsync(null, context => context.Response.WriteAsync($"{context.Request.Host}{context.Request.Path}"));
        door.Proxy = new UpstreamProxyOptions { Http = new Uri($"http://127.0.0.1:{proxy.Port}") };
        await door.Allow("plain.example").StartAsync();
        using var client = door.Client();

        Assert.Equal("plain.example/x", await client.GetStringAsync("http://plain.example/x"));
    }

    [Theory]
    [InlineData("api.example", true)]
    [InlineData(".example", true)]
    [InlineData("*.example", true)]
    [InlineData("example", true)]
    [InlineData("*", true)]
    [InlineData("API.EXAMPLE:443", true)]
    [InlineData("api.example:8443", false)]
    [InlineData("pi.example", false)]
    [InlineData("other.example", false)]
    public void Destinations_that_bypass_the_proxy_are_dialled_directly(string bypass, bool direct)
    {
        var selector = new UpstreamProxySelector(new UpstreamProxyOptions { Https = new Uri("http://proxy:3128"), Bypass = [bypass] });
        Assert.Equal(direct, selector.ForTunnel(new Authority(HostName.Parse("api.example"), 443)) is null);
    }

    [Fact]
    public void The_environment_is_read_as_curl_reads_it()
    {
        var variables = new Dictionary<string, string> { ["HTTPS_PROXY"] = "proxy:3128", ["no_proxy"] = "a, .b" };
        var options = UpstreamProxyOptions.FromEnvironment(name => variables.GetValueOrDefault(name));

        Assert.Equal(new Uri("http://proxy:3128"), options.Https);
        Assert.Null(options.Http);
        Assert.Equal(["a", ".b"], options.Bypass);
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => UpstreamProxyOptions.FromEnvironment(_ => "ftp://secret@x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_the_hosts_own_proxy_is_passed_on()
    {
        await using var door = new Door();
        await using var proxy = new TcpAdapter(async (stream, _, cancellationToken) =>
        {
            await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: cancellationToken);
            await stream.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"u8.ToArray(), cancellationToken);
            await stream.DisposeAsync();
        });
        door.Proxy = new UpstreamProxyOptions { Https = new Uri($"http://127.0.0.1:{proxy.Port}") };
        await door.Allow("api.example:443").StartAsync();
        using var client = door.Client();
        using var response = await client.GetAsync("https://api.example/");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("answered 407", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task TunnelAsync(Stream stream, int port, List<string> heads, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, cancellationToken) > 0)
            head.Append((char)one[0]);
        heads.Add(head.ToString());
        using var there = new TcpClient();
        await there.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), cancellationToken);
        try
        {
            await Task.WhenAny(stream.CopyToAsync(there.GetStream(), cancellationToken), there.GetStream().CopyToAsync(stream, cancellationToken));
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }
}
