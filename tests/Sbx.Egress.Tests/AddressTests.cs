using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Tests.Harness;
using Sbx.Egress.Upstream;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Tests;

/// <summary>What an allowed name stands for is judged too, at the moment it is dialled.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("0.0.0.0")]
    public async Task A_name_that_stands_for_an_inner_address_is_refused(string address)
    {
        // Row 9.
        await using var door = new Door { Resolver = new Names(IPAddress.Parse(address)) };
        await door.Allow("**").StartAsync();
        using var client = door.Client();

        using var response = await client.GetAsync("https://rebound.example/");
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("rebound.example", body, StringComparison.Ordinal);
        Assert.Contains((await door.RowsAsync(1)), row => !row.Allowed);
    }

    [Fact]
    public async Task A_denied_address_wins_over_an_allowed_name()
    {
        await using var door = new Door { Resolver = new Names(IPAddress.Parse("203.0.113.9")) };
        await door.Allow("named.example").Deny("203.0.113.0/24").StartAsync();
        using var client = door.Client();

        using var response = await client.GetAsync("http://named.example/");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("sbx policy rm deny-2", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_addresses_that_passed_are_dialled_and_the_name_is_looked_up_once()
    {
        // Row 10.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var names = new Names(IPAddress.Parse("10.0.0.1"), IPAddress.Loopback);
        await using var door = new Door { Resolver = names };
        await door.Allow("named.example").Allow($"127.0.0.1:{port}").StartAsync();
        await using var client = await RawClient.ConnectAsync(door.Listen(EgressStreamKind.Tcp, "named.example", port));
        await client.SendAsync("\x01");
        using var accepted = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(1, names.Lookups);
    }

    [Fact]
    public async Task A_pooled_connection_to_an_address_is_dropped_when_the_address_is_denied()
    {
        await using var door = new Door();
        var web = await WebUpstream.StartAsync(null, context => context.Response.WriteAsync("ok"));
        await using var _ = web;
        door.Resolver = new Names(IPAddress.Loopback);
        await door.Allow("named.example").Allow($"127.0.0.1:{web.Port}").StartAsync();
        using var client = door.Client();
        Assert.Equal("ok", await client.GetStringAsync($"http://named.example:{web.Port}/"));

        door.Deny("127.0.0.0/8");

        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync($"http://named.example:{web.Port}/")).StatusCode);
        Assert.Single(web.Seen);
    }

    [Fact]
    public async Task A_service_of_the_host_is_reached_by_a_rule_for_localhost_and_its_port_alone()
    {
        await using var door = new Door();
        await using var web = await WebUpstream.StartAsync(null, context => context.Response.WriteAsync("local"));
        await door.Allow($"localhost:{web.Port}").StartAsync();
        using var handler = door.Handler();
        handler.Proxy = new WebProxy($"http://127.0.0.1:{door.ProxyPort}") { BypassProxyOnLocal = false };
        using var client = new HttpClient(handler);

        Assert.Equal("local", await client.GetStringAsync($"http://host.docker.internal:{web.Port}/"));
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("http://host.docker.internal:1/")).StatusCode);
    }

    [Fact]
    public async Task The_guest_resolves_nothing_by_asking_for_a_name_that_no_rule_allows()
    {
        // Row 5.
        var names = new Names(IPAddress.Loopback);
        await using var door = new Door { Resolver = names };
        await door.Allow("other.example").StartAsync();
        using var client = door.Client();
        await client.GetAsync("https://c2VjcmV0.tunnel.example/");
        await client.GetAsync("http://c2VjcmV0.tunnel.example/");

        Assert.Equal(0, names.Lookups);
    }

    private sealed class Names(params IPAddress[] addresses) : IUpstreamResolver
    {
        private int _lookups;

        public int Lookups => _lookups;

        public ValueTask<IReadOnlyList<UpstreamAddress>> ResolveAsync(Authority target, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _lookups);
            return ValueTask.FromResult<IReadOnlyList<UpstreamAddress>>([.. addresses.Select(address => new UpstreamAddress(new IPEndPoint(address, target.Port)))]);
        }
    }
}
