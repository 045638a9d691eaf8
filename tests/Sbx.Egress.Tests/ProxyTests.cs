using Microsoft.AspNetCore.Http;
using Sbx.Egress.Log;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

public sealed class ProxyTests
{
    private const string Key = "sk-live-0123456789abcdefABCDEF";

    [Fact]
    public async Task Curl_through_the_proxy_gets_the_right_key_for_each_host()
    {
        await using var door = new Door();
        var openai = await door.AddUpstreamAsync("api.openai.com", context => context.Response.WriteAsync("openai"));
        var anthropic = await door.AddUpstreamAsync("api.anthropic.com", context => context.Response.WriteAsync("anthropic"));
        await door.StoreAsync("openai", Key);
        await door.StoreAsync("anthropic", "sk-ant-9876543210");
        await door.Allow("api.openai.com:443").Allow("api.anthropic.com:443").StartAsync();

        string[] common = ["-sS", "-w", " %{http_code}", "--proxy", $"http://127.0.0.1:{door.ProxyPort}", "--cacert", door.AuthorityFile];
        var first = await Tool.RunAsync("curl", [.. common, "-H", "Authorization: Bearer proxy-managed", "https://api.openai.com/v1/models"]);
        var second = await Tool.RunAsync("curl", [.. common, "-H", "x-api-key: proxy-managed", "https://api.anthropic.com/v1/messages"]);

        Assert.Equal((0, "openai 200", ""), first);
        Assert.Equal((0, "anthropic 200", ""), second);
        Assert.Equal("Bearer " + Key, Assert.Single(openai.Seen).Header("Authorization"));
        Assert.Equal("sk-ant-9876543210", Assert.Single(anthropic.Seen).Header("x-api-key"));
        Assert.Null(anthropic.Seen.First().Header("Authorization"));
        var rows = await door.RowsAsync(2);
        Assert.Equal(["openai", "anthropic"], rows.Select(row => row.Credential));
        Assert.All(rows, row => Assert.Equal((ProxyKind.Forward, true, 200), (row.Proxy, row.Allowed, row.Status)));
    }
}
