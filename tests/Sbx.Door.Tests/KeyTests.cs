using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sbx.Door.Tests.Running;
using Sbx.Egress.Tests.Harness;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Door.Tests;

/// <summary>The right key reaches the right host, and nothing else ever holds it.</summary>
public sealed class KeyTests(KeyTests.Models world) : IClassFixture<KeyTests.Models>
{
    [Fact]
    public async Task Each_model_gets_its_own_key_and_the_guest_has_placeholders()
    {
        var sh = await world.Home.ShAsync(
            "keys",
            """
            curl -sS --fail https://api.openai.com/v1/models -H "Authorization: Bearer $OPENAI_API_KEY" &&
            curl -sS --fail https://api.anthropic.com/v1/models -H "x-api-key: $ANTHROPIC_API_KEY" &&
            printenv OPENAI_API_KEY ANTHROPIC_API_KEY
            """);

        Assert.Equal("openai ok\nanthropic ok\nproxy-managed\nproxy-managed\n", sh.Ended(0).Text);
        Assert.Equal("Bearer " + world.OpenAiKey, world.OpenAi.Seen.Last(r => r.PathAndQuery == "/v1/models").Header("Authorization"));
        var anthropic = world.Anthropic.Seen.Last(r => r.PathAndQuery == "/v1/models");
        Assert.Equal(world.AnthropicKey, anthropic.Header("x-api-key"));
        Assert.Null(anthropic.Header("Authorization"));
        var row = (await world.RequestsAsync("keys")).Last(r => r.GetProperty("host").GetString() == "api.openai.com");
        Assert.Equal("openai", row.GetProperty("credential").GetString());
    }

    // Threat 26: what does not know the proxy takes the captured way, and gets the same.
    [Fact]
    public async Task A_client_that_ignores_the_proxy_gets_the_key_written_as_well()
    {
        var sh = await world.Home.ShAsync("keys", "curl -sS --fail --noproxy '*' https://api.openai.com/v1/direct -H 'Authorization: Bearer proxy-managed'");

        Assert.Equal("openai ok\n", sh.Ended(0).Text);
        Assert.Equal("Bearer " + world.OpenAiKey, world.OpenAi.Seen.Last(r => r.PathAndQuery == "/v1/direct").Header("Authorization"));
    }

    // Threats 2 and 17.
    [Fact]
    public async Task A_key_of_the_guests_own_is_refused_and_a_reflected_one_masked()
    {
        var own = await world.Home.ShAsync("keys", "curl -sS https://api.openai.com/v1/own -H 'x-api-key: sk-of-the-attacker-0123456789' -w '%{http_code}'");
        Assert.EndsWith("403", own.Ended(0).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(world.OpenAi.Seen, r => r.PathAndQuery == "/v1/own");

        var echo = await world.Home.ShAsync("keys", "curl -sS https://api.openai.com/v1/echo");
        Assert.Contains("authorization is Bearer ****", echo.Ended(0).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(world.OpenAiKey[^12..], echo.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_of_the_sandbox_goes_first_at_once_and_one_that_is_removed_is_gone_at_once()
    {
        var own = "sk-own-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await world.StoreAsync("openai", own, "keys");
        (await world.Home.ShAsync("keys", "curl -sS --fail https://api.openai.com/v1/first")).Ended(0);
        (await world.Sbx.RunAsync("secret", "rm", "openai", "--sandbox", "keys", "--force")).Ended(0);
        (await world.Home.ShAsync("keys", "curl -sS --fail https://api.openai.com/v1/second")).Ended(0);

        Assert.Equal("Bearer " + own, world.OpenAi.Seen.Last(r => r.PathAndQuery == "/v1/first").Header("Authorization"));
        Assert.Equal("Bearer " + world.OpenAiKey, world.OpenAi.Seen.Last(r => r.PathAndQuery == "/v1/second").Header("Authorization"));
    }

    // Threats 25, 39 and 40.
    [Fact]
    public async Task The_key_is_nowhere_in_the_guest_nor_in_files_arguments_and_environments_of_the_host()
    {
        (await world.Home.ShAsync("keys", "curl -sS --fail https://api.openai.com/v1/models && curl -sS https://api.openai.com/v1/echo && sync")).Ended(0);
        var key = Encoding.ASCII.GetBytes(world.OpenAiKey);
        var machines = world.Home.Machines();
        // So that a search that finds nothing has been seen to find something.
        var marker = "marker-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        (await world.Home.ShAsync("keys", $"echo {marker} > /home/agent/marker; sync")).Ended(0);

        Assert.True(machines.Any(m => ProcessMemory.Contains(m, Encoding.ASCII.GetBytes(marker))), "the guest's memory could not be searched");
        Assert.False(machines.Any(m => ProcessMemory.Contains(m, key)), "the key is in the guest's memory");
        Assert.Contains(FilesWith(Encoding.ASCII.GetBytes(marker), world.Home.Home), f => f.EndsWith("disk.ext4", StringComparison.Ordinal));
        Assert.Empty(FilesWith(key, world.Home.Home));
        Assert.Empty(FilesWith(key, Path.Combine(world.Sbx.Environment["SBX_CACHE_DIR"], "warm")));
        foreach (var process in Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            foreach (var file in (string[])["environ", "cmdline"])
                Assert.False(Read(Path.Combine(process, file)).AsSpan().IndexOf(key) >= 0, $"the key is in {process}/{file}");
        }
    }

    [Fact]
    public async Task What_may_be_used_is_said_at_the_start()
    {
        var workspace = world.Home.NewWorkspace("said");
        var created = (await world.Sbx.RunAsync("create", "--name", "said", "shell", workspace)).Ended(0);
        (await world.Sbx.RunAsync("rm", "--force", "said")).Ended(0);

        Assert.Contains("Using stored credentials for services: anthropic, openai", created.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> FilesWith(byte[] bytes, string directory) =>
        Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(f => !f.EndsWith(".sock", StringComparison.Ordinal) && !f.EndsWith(".lock", StringComparison.Ordinal) && FileContent.Contains(f, bytes));

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public sealed class Models : World
    {
        internal string OpenAiKey { get; } = "sk-proj-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

        internal string AnthropicKey { get; } = "sk-ant-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

        internal WebUpstream OpenAi { get; private set; } = null!;

        internal WebUpstream Anthropic { get; private set; } = null!;

        protected override async Task StandInAsync()
        {
            OpenAi = await ServeAsync(c => c.Response.WriteAsync(c.Request.Path == "/v1/echo" ? $"authorization is {c.Request.Headers.Authorization}\n" : "openai ok\n"), "api.openai.com");
            Anthropic = await ServeAsync(c => c.Response.WriteAsync("anthropic ok\n"), "api.anthropic.com");
        }

        protected override async Task PrepareAsync()
        {
            await StoreAsync("openai", OpenAiKey);
            await StoreAsync("anthropic", AnthropicKey);
            await Home.CreateAsync("keys");
        }
    }
}
