using Microsoft.AspNetCore.Http;
using Sbx.Door.Tests.Running;
using Sbx.Egress.Tests.Harness;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Door.Tests;

/// <summary>Real programs inside a sandbox go out under a rule, and are told which rule is missing when it goes.</summary>
public sealed class ClientTests(ClientTests.Hosts world) : IClassFixture<ClientTests.Hosts>
{
    private const string Token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";

    public static TheoryData<string, string, string> Clients => new()
    {
        { "curl with the proxy", "files.example", "curl -sS --fail-with-body https://files.example/hello" },
        { "curl without it", "files.example", "env -u https_proxy -u HTTPS_PROXY curl -sS --fail-with-body https://files.example/hello" },
        { "node", "files.example", "node -e \"fetch('https://files.example/hello').then(async r => { console.log(await r.text()); process.exit(r.ok ? 0 : 1) }, e => { console.error(e.cause || e); process.exit(1) })\"" },
        { "python", "files.example", "python3 -c \"import urllib.request as u; print(u.urlopen('https://files.example/hello').read().decode())\"" },
        { "git", "git.example", "rm -rf /tmp/clone && git clone -q https://git.example/repo.git /tmp/clone && cat /tmp/clone/file" },
        { "npm", "registry.npmjs.org", "rm -rf /tmp/npm && mkdir /tmp/npm && cd /tmp/npm && npm install --silent --no-audit --no-fund --cache /tmp/npm/c is-number@7.0.0 && ls node_modules" },
        { "apt", "deb.debian.org,security.debian.org", "sudo apt-get -o Acquire::Retries=0 -o APT::Update::Error-Mode=any update" },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_client_gets_out_under_a_rule_and_is_told_when_the_rule_is_gone(string client, string host, string line)
    {
        (await world.Sbx.RunAsync("policy", "allow", "network", host, "--sandbox", "clients")).Ended(0);
        var allowed = await world.Home.ShAsync("clients", line);
        (await world.Sbx.RunAsync("policy", "rm", "network", "--resource", host, "--sandbox", "clients", "--force")).Ended(0);
        var refused = await world.Home.ShAsync("clients", $"({line}) 2>&1");

        Assert.True(allowed.Code == 0, $"{client}: {allowed.Code}\n{allowed.Text}\n{allowed.Error}");
        Assert.True(refused.Code != 0, $"{client} got through without a rule:\n{refused.Text}");
        // npm hides the answer's text; the log names what was refused for every client.
        if (client != "npm")
            Assert.Contains("sbx", refused.Text, StringComparison.Ordinal);
        var rows = await world.RequestsAsync("clients", "--denied");
        Assert.Contains(rows, r => r.GetProperty("host").GetString() == host.Split(',')[0] && r.GetProperty("reason").GetString()!.Contains("no rule allows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_raw_connection_follows_the_rule_of_its_address()
    {
        const string Connect = "import socket; s = socket.create_connection(('files.example', 443), 5); s.settimeout(10); s.sendall(b'\\x00raw'); print('end' if s.recv(1) == b'' else 'data')";

        var refused = await world.Home.ShAsync("clients", $"python3 -c \"{Connect}\"");

        // Accepted inside, closed by the door.
        Assert.Contains("end", refused.Text + (refused.Error.Contains("reset", StringComparison.OrdinalIgnoreCase) ? "end" : ""), StringComparison.Ordinal);
        var row = (await world.RequestsAsync("clients", "--denied")).Last(r => r.GetProperty("proxy").GetString() == "network");
        Assert.Equal("files.example", row.GetProperty("host").GetString());
    }

    [Fact]
    public async Task Git_clones_and_pushes_over_https_with_the_stored_token()
    {
        await world.StoreAsync("github", Token, "clients");
        (await world.Sbx.RunAsync("policy", "allow", "network", "github.com", "--sandbox", "clients")).Ended(0);

        var result = await world.Home.ShAsync(
            "clients",
            """
            rm -rf /tmp/own && git clone -q https://github.com/repo.git /tmp/own && cd /tmp/own && echo more > pushed &&
            git add . && git -c user.name=a -c user.email=a@b.c commit -qm more && git push -q origin HEAD:pushed
            """);

        result.Ended(0);
        Assert.True(File.Exists(Path.Combine(world.GitHub, "repo.git", "refs", "heads", "pushed")), result.Error);
    }

    public sealed class Hosts : World
    {
        internal string GitHub { get; private set; } = null!;

        protected override async Task StandInAsync()
        {
            await ServeAsync(c => c.Response.WriteAsync("hello from afar\n"), "files.example");
            var open = await RepositoryAsync("open");
            await ServeAsync(c =>
            {
                c.Request.Headers.Authorization = "anyone";
                return GitBackend.ServeAsync(c, open, "anyone");
            }, "git.example");
            GitHub = await RepositoryAsync("github");
            var basic = "Basic " + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes("x-access-token:" + Token));
            await ServeAsync(c => GitBackend.ServeAsync(c, GitHub, basic), "github.com");
        }

        protected override async Task PrepareAsync() => await Home.CreateAsync("clients", "--policy", "deny-all");

        private async Task<string> RepositoryAsync(string name)
        {
            var root = Directory.CreateDirectory(Path.Combine(Files, name)).FullName;
            var script = """
                set -e
                git init -q --bare repo.git; git -C repo.git config http.receivepack true
                git init -q -b main work; cd work; echo content > file; git add .
                git -c user.name=a -c user.email=a@b.c commit -qm first; git push -q ../repo.git main; git -C ../repo.git symbolic-ref HEAD refs/heads/main
                """;
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = root })!;
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            return root;
        }
    }
}
