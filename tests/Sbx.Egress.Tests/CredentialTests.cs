using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Tests.Harness;
using Sbx.Policies.Patterns;
using Sbx.Secrets.Services;

namespace Sbx.Egress.Tests;

public sealed class CredentialTests
{
    private const string Key = "sk-live+0123456789/abcdefABCDEF";

    private static async Task<(Door Door, WebUpstream Web)> StartAsync(RequestDelegate? handler = null, Action<Door>? configure = null)
    {
        var door = new Door();
        var web = await door.AddUpstreamAsync("api.openai.com", handler ?? (context => context.Response.WriteAsync("ok")));
        await door.AddUpstreamAsync("api.openai.com", context => context.Response.WriteAsync("plain " + context.Request.Headers.Authorization), port: 80);
        await door.StoreAsync("openai", Key);
        configure?.Invoke(door);
        await door.Allow("api.openai.com").Allow("other.example").StartAsync();
        return (door, web);
    }

    [Theory]
    [InlineData("Authorization", "Bearer sk-attacker")]
    [InlineData("authorization", "Basic YTpi")]
    [InlineData("x-api-key", "sk-attacker")]
    [InlineData("X-API-KEY", "sk-attacker")]
    [InlineData("api-key", "sk-attacker")]
    [InlineData("x_api_key", "sk-attacker")]
    public async Task A_credential_of_the_guests_own_is_refused_on_a_credentialed_host(string name, string value)
    {
        // Row 2.
        var (door, web) = await StartAsync();
        await using var _ = door;
        using var client = door.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.openai.com/v1/models");
        request.Headers.TryAddWithoutValidation(name, value);

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("credential of its own", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(web.Seen);
    }

    [Theory]
    [InlineData("?key=attacker")]
    [InlineData("?a=1&api_key=attacker")]
    [InlineData("?%6b%65%79=attacker")]
    [InlineData("?ACCESS_TOKEN=attacker")]
    public async Task A_credential_in_the_query_is_refused_in_any_spelling(string query)
    {
        var (door, web) = await StartAsync();
        await using var _ = door;
        using var client = door.Client();

        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("https://api.openai.com/v1/models" + query)).StatusCode);
        Assert.Empty(web.Seen);
    }

    [Fact]
    public async Task All_carriers_are_removed_where_foreign_credentials_are_dropped()
    {
        var (door, web) = await StartAsync(configure: door => door.DropForeign = true);
        await using var _ = door;
        using var client = door.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.openai.com/v1/models?key=attacker&x=1");
        foreach (var (name, value) in ((string, string)[])[("Authorization", "Bearer a"), ("AUTHORIZATION", "Basic b"), ("x-api-key", "c"), ("Cookie", "d=e"), ("X-Kept", "yes")])
            request.Headers.TryAddWithoutValidation(name, value);

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request)).StatusCode);

        var seen = Assert.Single(web.Seen);
        Assert.Equal("Bearer " + Key, seen.Header("Authorization"));
        Assert.Equal("yes", seen.Header("X-Kept"));
        Assert.Equal("/v1/models?x=1", seen.PathAndQuery);
        Assert.Null(seen.Header("x-api-key"));
        Assert.Null(seen.Header("Cookie"));
    }

    [Fact]
    public async Task The_key_is_written_even_when_the_client_sends_no_credential_at_all()
    {
        var (door, web) = await StartAsync();
        await using var _ = door;
        using var client = door.Client();
        await client.GetAsync("https://api.openai.com/v1/models");

        Assert.Equal("Bearer " + Key, Assert.Single(web.Seen).Header("Authorization"));
    }

    [Fact]
    public async Task The_key_never_goes_over_plain_http()
    {
        // Row 16.
        var (door, _) = await StartAsync();
        await using var __ = door;
        using var client = door.Client();

        Assert.Equal("plain ", await client.GetStringAsync("http://api.openai.com/v1/models"));
    }

    [Fact]
    public async Task The_key_never_goes_to_a_server_whose_certificate_is_not_verified()
    {
        // Row 16.
        await using var door = new Door { TrustUpstreams = false };
        var web = await door.AddUpstreamAsync("api.openai.com", context => context.Response.WriteAsync("ok"));
        await door.StoreAsync("openai", Key);
        await door.Allow("api.openai.com").StartAsync();
        using var client = door.Client();

        using var response = await client.GetAsync("https://api.openai.com/");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("certificate of api.openai.com:443 was not accepted", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(web.Seen);
    }

    [Fact]
    public async Task The_key_never_goes_to_a_server_with_a_certificate_for_another_name()
    {
        await using var door = new Door();
        var web = await door.AddUpstreamAsync("api.openai.com", context => context.Response.WriteAsync("ok"), certificateName: "other.example");
        await door.StoreAsync("openai", Key);
        await door.Allow("api.openai.com").StartAsync();
        using var client = door.Client();

        Assert.Equal(HttpStatusCode.BadGateway, (await client.GetAsync("https://api.openai.com/")).StatusCode);
        Assert.Empty(web.Seen);
    }

    [Fact]
    public async Task A_redirect_is_handed_to_the_client_and_not_followed()
    {
        // Row 15.
        var (door, web) = await StartAsync(context =>
        {
            context.Response.Redirect("https://other.example/steal");
            return Task.CompletedTask;
        });
        await using var _ = door;
        using var client = door.Client();

        using var response = await client.GetAsync("https://api.openai.com/");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("https://other.example/steal", response.Headers.Location!.ToString());
        Assert.Single(web.Seen);
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("base64")]
    [InlineData("basic")]
    [InlineData("url")]
    [InlineData("json")]
    [InlineData("header")]
    [InlineData("trailer")]
    [InlineData("reason")]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("split")]
    [InlineData("error")]
    public async Task A_reflected_key_is_masked(string form)
    {
        // Row 17.
        var (door, _) = await StartAsync(context => ReflectAsync(context, form));
        await using var __ = door;
        using var client = door.Client();
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip, br, zstd");
        // Trailers reach clients of HTTP/2 only, and reason phrases those of HTTP/1.1.
        client.DefaultRequestVersion = form == "trailer" ? HttpVersion.Version20 : HttpVersion.Version11;

        using var response = await client.GetAsync("https://api.openai.com/", HttpCompletionOption.ResponseHeadersRead);
        var text = response.ReasonPhrase + response.Headers + await response.Content.ReadAsStringAsync() + response.TrailingHeaders;

        foreach (var leak in (string[])[Key, Convert.ToBase64String(Encoding.UTF8.GetBytes(Key))[..20], Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + Key))[8..30], Uri.EscapeDataString(Key), Key.Replace("/", "\\/", StringComparison.Ordinal)])
            Assert.DoesNotContain(leak, text, StringComparison.Ordinal);
        Assert.Contains("*****", form is "reason" ? "*****" : text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decompression_bomb_is_passed_on_in_pieces_and_not_gathered()
    {
        // Row 37: half a gigabyte in half a megabyte.
        const int Pieces = 512;
        var bomb = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(bomb, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            var piece = new byte[1 << 20];
            for (var i = 0; i < Pieces; i++)
                await gzip.WriteAsync(piece);
        }

        var (door, _) = await StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(bomb.GetBuffer(), 0, (int)bomb.Length);
        });
        await using var __ = door;
        using var client = door.Client();
        using var response = await client.GetAsync("https://api.openai.com/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1]);

        // The client reads no further, so whatever the proxy holds of the rest is in memory now.
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) < (long)Pieces << 19, "the answer is gathered in memory");
    }

    [Fact]
    public async Task An_answer_in_a_coding_that_cannot_be_searched_is_refused()
    {
        var (door, _) = await StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "zstd";
            return context.Response.WriteAsync("whatever");
        });
        await using var __ = door;
        using var client = door.Client();

        Assert.Equal(HttpStatusCode.BadGateway, (await client.GetAsync("https://api.openai.com/")).StatusCode);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_gives_nothing_away()
    {
        // Row 17.
        for (var cut = 1; cut < Key.Length; cut += 3)
        {
            var length = cut;
            var (door, _) = await StartAsync(async context =>
            {
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("start " + Key[..length]);
                await context.Response.Body.FlushAsync();
                context.Abort();
            });
            await using var __ = door;
            await using var client = await RawClient.ConnectAsync(door.ProxyPort);
            await client.TunnelAsync("api.openai.com:443");
            await client.TlsAsync("api.openai.com");
            await client.SendAsync("GET / HTTP/1.1\r\nHost: api.openai.com\r\nConnection: close\r\n\r\n");
            var answer = await client.ReadToEndAsync();

            Assert.DoesNotContain("start s", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_changed_key_is_used_by_the_next_request_and_a_removed_one_by_none()
    {
        var (door, web) = await StartAsync();
        await using var _ = door;
        using var client = door.Client();
        await client.GetAsync("https://api.openai.com/1");
        await door.StoreAsync("openai", "sk-rotated-0123456789");
        await client.GetAsync("https://api.openai.com/2");
        await door.Secrets.RemoveAsync(null, "openai", CancellationToken.None);
        await client.GetAsync("https://api.openai.com/3");

        Assert.Equal(["Bearer " + Key, "Bearer sk-rotated-0123456789", null], web.Seen.Select(seen => seen.Header("Authorization")));
    }

    [Fact]
    public async Task The_alternative_service_header_is_removed()
    {
        // Row 24.
        var (door, _) = await StartAsync(context =>
        {
            context.Response.Headers.AltSvc = "h3=\":443\"";
            return context.Response.WriteAsync("ok");
        });
        await using var __ = door;
        using var client = door.Client();
        using var response = await client.GetAsync("https://api.openai.com/");

        Assert.False(response.Headers.Contains("Alt-Svc"));
    }

    [Fact]
    public async Task A_placeholder_of_an_own_service_is_replaced_in_headers_query_and_body()
    {
        await using var door = new Door();
        var bodies = new List<string>();
        var web = await door.AddUpstreamAsync("api.custom.example", async context =>
        {
            bodies.Add(await new StreamReader(context.Request.Body).ReadToEndAsync());
            await context.Response.WriteAsync("got " + bodies[^1]);
        });
        await door.AddUpstreamAsync("other.example", context => context.Response.WriteAsync("ok"));
        await AddCustomAsync(door);
        await door.Allow("api.custom.example:443").Allow("other.example:443").StartAsync();
        using var client = door.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://api.custom.example/x?token=sbx-cs-1234abcd&y=1") { Content = new StringContent("{\"key\":\"sbx-cs-1234abcd\"}") };
        request.Headers.Add("X-Custom", "pre sbx-cs-1234abcd post");
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String("user:sbx-cs-1234abcd"u8));

        var answer = await (await client.SendAsync(request)).Content.ReadAsStringAsync();

        var seen = Assert.Single(web.Seen);
        Assert.Equal("pre custom-live-value post", seen.Header("X-Custom"));
        Assert.Equal("Basic " + Convert.ToBase64String("user:custom-live-value"u8), seen.Header("Authorization"));
        Assert.Equal("/x?token=custom-live-value&y=1", seen.PathAndQuery);
        Assert.Equal("{\"key\":\"custom-live-value\"}", Assert.Single(bodies));
        Assert.Equal("got {\"key\":\"*****************\"}", answer);
    }

    [Fact]
    public async Task An_encoded_body_to_an_own_service_is_refused()
    {
        // Row 21.
        await using var door = new Door();
        var web = await door.AddUpstreamAsync("api.custom.example", context => context.Response.WriteAsync("ok"));
        await AddCustomAsync(door);
        await door.Allow("api.custom.example:443").StartAsync();
        using var client = door.Client();
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await client.PostAsync("https://api.custom.example/", content)).StatusCode);
        Assert.Empty(web.Seen);
    }

    [Fact]
    public async Task A_placeholder_is_replaced_in_a_large_streamed_body_also_across_pieces()
    {
        await using var door = new Door();
        var received = "";
        await door.AddUpstreamAsync("api.custom.example", async context =>
        {
            received = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await context.Response.WriteAsync("ok");
        });
        await AddCustomAsync(door);
        await door.Allow("api.custom.example:443").StartAsync();
        using var client = door.Client();
        var body = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i}:sbx-cs-1234abcd;sbx-cs-1234abc;"));

        await client.PostAsync("https://api.custom.example/", new StringContent(body));

        Assert.Equal(body.Replace("sbx-cs-1234abcd", "custom-live-value", StringComparison.Ordinal), received);
    }

    [Theory]
    [InlineData("target")]
    [InlineData("encoded target")]
    [InlineData("header")]
    [InlineData("base64 header")]
    [InlineData("body")]
    public async Task A_placeholder_on_its_way_to_another_host_is_stopped(string place)
    {
        // Row 19.
        const string Placeholder = "sbx-cs-1234abcd";
        await using var door = new Door();
        var got = "";
        var web = await door.AddUpstreamAsync("other.example", async context =>
        {
            got += await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            await context.Response.WriteAsync("ok");
        });
        await AddCustomAsync(door);
        await door.Allow("other.example:443", "POST", "/**").StartAsync();
        using var client = door.Client();
        var query = place switch { "target" => "?a=" + Placeholder, "encoded target" => "?a=" + Convert.ToBase64String(Encoding.ASCII.GetBytes("key=" + Placeholder)), _ => "" };
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://other.example/" + query) { Content = new StringContent(place == "body" ? new string('x', 70_000) + Placeholder + "tail" : "fine") };
        if (place == "header")
            request.Headers.Add("X-A", "b " + Placeholder);
        if (place == "base64 header")
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("u:" + Placeholder)));

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("placeholder of 'custom'", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(Placeholder, got, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWS_requests_are_signed_with_the_real_key()
    {
        await using var door = new Door();
        var web = await door.AddUpstreamAsync("s3.eu-west-1.amazonaws.com", context => context.Response.WriteAsync("ok"));
        await door.StoreAsync("aws", "AKIAREALREALREALREAL:realsecretrealsecretrealsecret");
        await door.Allow("s3.eu-west-1.amazonaws.com:443").StartAsync();
        using var client = door.Client();
        using var request = new HttpRequestMessage(HttpMethod.Put, "https://s3.eu-west-1.amazonaws.com/bucket/key") { Content = new ByteArrayContent("hello"u8.ToArray()) };
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=AKIAPROXYMANAGED0000/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");

        using var response = await client.SendAsync(request);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var seen = Assert.Single(web.Seen);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIAREALREALREALREAL/", seen.Header("Authorization"), StringComparison.Ordinal);
        Assert.Equal("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", seen.Header("X-Amz-Content-Sha256"));
    }

    [Fact]
    public async Task Git_clones_and_pushes_over_https_with_the_stored_token()
    {
        await using var door = new Door();
        var root = Path.Combine(door.Directory_, "git");
        Directory.CreateDirectory(root);
        await Tool.RunAsync("git", ["init", "-q", "--bare", "-b", "main", Path.Combine(root, "r.git")]);
        await Tool.RunAsync("git", ["-C", Path.Combine(root, "r.git"), "config", "http.receivepack", "true"]);
        var expected = "Basic " + Convert.ToBase64String("x-access-token:ghp_realtoken0123456789"u8);
        await door.AddUpstreamAsync("github.com", context => GitBackend.ServeAsync(context, root, expected));
        await door.StoreAsync("github", "ghp_realtoken0123456789");
        await door.Allow("github.com:443").StartAsync();
        var work = Path.Combine(door.Directory_, "work");
        string[] config = ["-c", $"http.proxy=http://127.0.0.1:{door.ProxyPort}", "-c", $"http.sslCAInfo={door.AuthorityFile}", "-c", "user.name=a", "-c", "user.email=a@b"];

        var clone = await Tool.RunAsync("git", [.. config, "clone", "https://github.com/r.git", work]);
        Assert.True(clone.ExitCode == 0, clone.Error);
        await File.WriteAllTextAsync(Path.Combine(work, "a"), "hello");
        await Tool.RunAsync("git", ["-C", work, "add", "a"]);
        await Tool.RunAsync("git", ["-C", work, .. config, "commit", "-qm", "one"]);
        var push = await Tool.RunAsync("git", ["-C", work, .. config, "push", "origin", "HEAD:main"]);

        Assert.True(push.ExitCode == 0, push.Error);
        var log = await Tool.RunAsync("git", ["-C", Path.Combine(root, "r.git"), "log", "--format=%s", "main"]);
        Assert.Equal("one\n", log.Output);
    }

    private static async Task AddCustomAsync(Door door)
    {
        await door.StoreAsync("mistral", "opens-the-catalog-0000");
        await door.Secrets.SaveServiceAsync(
            new ServiceDefinition
            {
                Name = "custom",
                Endpoints = [new ServiceEndpoint(HostPattern.Parse("api.custom.example"), null, [])],
                Placeholders = new Dictionary<string, string> { ["CUSTOM_KEY"] = "sbx-cs-1234abcd" },
                CarrierHeaders = ["Authorization"],
                CarrierQuery = [],
                Scheme = ServiceScheme.Substitute,
            },
            CancellationToken.None);
        await door.StoreAsync("custom", "custom-live-value");
    }

    private static async Task ReflectAsync(HttpContext context, string form)
    {
        var key = context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        var bytes = Encoding.UTF8.GetBytes(key);
        switch (form)
        {
            case "base64":
                await context.Response.WriteAsync("x" + Convert.ToBase64String(bytes));
                break;
            case "basic":
                await context.Response.WriteAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + key)));
                break;
            case "url":
                await context.Response.WriteAsync("a=" + Uri.EscapeDataString(key));
                break;
            case "json":
                await context.Response.WriteAsync("{\"a\":\"" + key.Replace("/", "\\/", StringComparison.Ordinal) + "\"}");
                break;
            case "header":
                context.Response.Headers["X-Debug"] = "key " + key;
                break;
            case "trailer":
                context.Response.DeclareTrailer("x-debug");
                await context.Response.WriteAsync("body");
                context.Response.AppendTrailer("x-debug", key);
                break;
            case "reason":
                context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseFeature>()!.ReasonPhrase = key;
                break;
            case "gzip" or "br":
                context.Response.Headers.ContentEncoding = form;
                await using (Stream encoder = form == "gzip" ? new GZipStream(context.Response.Body, CompressionLevel.Fastest) : new BrotliStream(context.Response.Body, CompressionLevel.Fastest))
                    await encoder.WriteAsync(bytes);
                break;
            case "split":
                foreach (var one in bytes)
                {
                    await context.Response.Body.WriteAsync(new[] { one });
                    await context.Response.Body.FlushAsync();
                }

                break;
            case "error":
                context.Response.StatusCode = 500;
                await context.Response.WriteAsync(key + key + key);
                break;
            default:
                await context.Response.WriteAsync(key);
                break;
        }
    }
}
