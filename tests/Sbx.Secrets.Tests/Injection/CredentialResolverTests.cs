using System.Text;
using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;
using Sbx.Secrets.Tests.Catalog;

namespace Sbx.Secrets.Tests.Injection;

public sealed class CredentialResolverTests : IDisposable
{
    private readonly CatalogFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("openai", "api.openai.com:443", "Authorization: Bearer KEY-of-openai")]
    [InlineData("openai", "API.OpenAI.com.:443", "Authorization: Bearer KEY-of-openai")]
    [InlineData("anthropic", "api.anthropic.com:443", "x-api-key: KEY-of-anthropic")]
    [InlineData("google", "generativelanguage.googleapis.com:443", "x-goog-api-key: KEY-of-google")]
    [InlineData("mistral", "api.mistral.ai:443", "Authorization: Bearer KEY-of-mistral")]
    [InlineData("groq", "api.groq.com:443", "Authorization: Bearer KEY-of-groq")]
    [InlineData("xai", "api.x.ai:443", "Authorization: Bearer KEY-of-xai")]
    [InlineData("openrouter", "openrouter.ai:443", "Authorization: Bearer KEY-of-openrouter")]
    [InlineData("nebius", "api.tokenfactory.nebius.com:443", "Authorization: Bearer KEY-of-nebius")]
    [InlineData("cursor", "api2.cursor.sh:443", "Authorization: Bearer KEY-of-cursor")]
    [InlineData("droid", "api.factory.ai:443", "Authorization: Bearer KEY-of-droid")]
    [InlineData("copilot", "api.individual.githubcopilot.com:443", "Authorization: Bearer KEY-of-copilot")]
    [InlineData("github", "api.github.com:443", "Authorization: Bearer KEY-of-github")]
    public async Task Each_service_gets_its_key_in_its_header(string service, string target, string expected)
    {
        await _fixture.SetAsync(null, service, "KEY-of-" + service);
        var grants = CatalogFixture.Grants("box", service);
        Assert.True(_fixture.Resolver.IsCredentialed(CatalogFixture.Target(target), grants));
        Assert.Equal(expected, await _fixture.HeadersAsync(target, grants));
    }

    [Theory]
    [InlineData("api.openai.com:80")]
    [InlineData("api.openai.com:8443")]
    [InlineData("evil-api.openai.com:443")]
    [InlineData("api.openai.com.evil.com:443")]
    [InlineData("openai.com.evil.com:443")]
    [InlineData("ab.chatgpt.com:443")]
    [InlineData("192.0.2.1:443")]
    public async Task No_other_host_or_port_gets_it(string target)
    {
        await _fixture.SetAsync(null, "openai", "KEY-of-openai");
        Assert.Null(await _fixture.HeadersAsync(target, CatalogFixture.Grants("box", "openai")));
    }

    [Fact]
    public async Task Several_services_in_one_sandbox_each_go_to_their_own_host()
    {
        await _fixture.SetAsync(null, "openai", "KEY-of-openai");
        await _fixture.SetAsync(null, "anthropic", "KEY-of-anthropic");
        var grants = CatalogFixture.Grants("box", "openai", "anthropic");
        Assert.Contains("KEY-of-openai", await _fixture.HeadersAsync("api.openai.com:443", grants), StringComparison.Ordinal);
        Assert.Contains("KEY-of-anthropic", await _fixture.HeadersAsync("api.anthropic.com:443", grants), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_over_HTTPS_gets_the_token_as_a_basic_password()
    {
        await _fixture.SetAsync(null, "github", "ghp_abcdefghijklmnop");
        var header = await _fixture.HeadersAsync("github.com:443", CatalogFixture.Grants("box", "github"), "/o/r.git/info/refs?service=git-upload-pack");
        Assert.Equal("Authorization: Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("x-access-token:ghp_abcdefghijklmnop")), header);
    }

    [Fact]
    public async Task Copilot_and_GitHub_share_a_host_by_path()
    {
        await _fixture.SetAsync(null, "github", "KEY-of-github");
        await _fixture.SetAsync(null, "copilot", "KEY-of-copilot");
        var grants = CatalogFixture.Grants("box", "github", "copilot");
        Assert.Contains("KEY-of-copilot", await _fixture.HeadersAsync("api.github.com:443", grants, "/copilot_internal/user"), StringComparison.Ordinal);
        Assert.Contains("KEY-of-github", await _fixture.HeadersAsync("api.github.com:443", grants, "/repos/a/b"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SecretException>(() => _fixture.HeadersAsync("api.github.com:443", grants, "/copilot_internal/../repos"));
    }

    [Fact]
    public async Task An_AWS_credential_signs_and_writes_no_fixed_header()
    {
        await _fixture.SetAsync(null, "aws", "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        var grants = CatalogFixture.Grants("box", "aws");
        Assert.Equal("", await _fixture.HeadersAsync("b.s3.eu-central-1.amazonaws.com:443", grants));
        using var binding = await _fixture.Resolver.ResolveAsync(CatalogFixture.Target("b.s3.amazonaws.com:443"), "/", grants, default);
        Assert.NotNull(binding!.Signer);
        Assert.Contains(binding.MaskForms.Forms, f => f.AsSpan().SequenceEqual("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"u8));
    }

    [Fact]
    public async Task An_own_service_is_saved_used_limited_to_its_path_and_removed()
    {
        var service = ServiceBuilder.ForHeader("acme", [HostPattern.Parse("api.acme.example")], new HeaderTemplate("X-Acme-Key", "Key "), "ACME_KEY", "/v1/");
        await _fixture.Catalog.SaveServiceAsync(service, default);
        await _fixture.SetAsync(null, "acme", "KEY-of-acme");
        var grants = CatalogFixture.Grants("box", "acme");
        Assert.Equal("X-Acme-Key: Key KEY-of-acme", await _fixture.HeadersAsync("api.acme.example:443", grants, "/v1/x"));
        Assert.Null(await _fixture.HeadersAsync("api.acme.example:443", grants, "/v2/x"));
        await Assert.ThrowsAsync<SecretException>(() => _fixture.HeadersAsync("api.acme.example:443", grants, "/v1/../v2/x"));
        Assert.Equal("proxy-managed", _fixture.Catalog.GuestVariables(grants)["ACME_KEY"]);
        await _fixture.Catalog.RemoveServiceAsync("acme", default);
        Assert.False(_fixture.Resolver.IsCredentialed(CatalogFixture.Target("api.acme.example:443"), grants));
    }

    [Fact]
    public async Task A_custom_secret_replaces_its_placeholder_in_headers_and_target()
    {
        var service = ServiceBuilder.Custom(null, [HostPattern.Parse("*.acme.example")], "ACME_TOKEN", null);
        await _fixture.Catalog.SaveServiceAsync(service, default);
        await _fixture.SetAsync("box", service.Name, "real&value");
        var placeholder = service.Placeholders["ACME_TOKEN"];
        Assert.Matches("^sbx-cs-[a-z0-9]{24}$", placeholder);
        using var binding = await _fixture.Resolver.ResolveAsync(CatalogFixture.Target("a.acme.example:443"), "/", CatalogFixture.Grants("box"), default);
        Assert.Equal("Custom real&value!", binding!.Substitute($"Custom {placeholder}!", isTarget: false));
        Assert.Equal("/x?t=real%26value", binding.Substitute($"/x?t={placeholder}", isTarget: true));
        Assert.Equal("proxy-managed", binding.Substitute("proxy-managed", isTarget: false));
        Assert.Null(await _fixture.Resolver.ResolveAsync(CatalogFixture.Target("a.other.example:443"), "/", CatalogFixture.Grants("box"), default));
    }

    [Fact]
    public void The_right_placeholder_is_known_for_every_built_in_service()
    {
        foreach (var service in _fixture.Catalog.Services.All)
        {
            Assert.True(service.BuiltIn);
            Assert.NotEmpty(service.Placeholders);
            Assert.All(service.Endpoints, e => Assert.True(service.Scheme != ServiceScheme.Header || e.Headers.Count > 0));
            Assert.All(service.Endpoints.SelectMany(e => e.Headers), h => Assert.Contains(h.Name, service.CarrierHeaders, StringComparer.OrdinalIgnoreCase));
            Assert.All(service.Endpoints, e => Assert.True(e.Host.Host is null || e.Matches(new Authority(e.Host.Host, 443))));
        }
    }
}
