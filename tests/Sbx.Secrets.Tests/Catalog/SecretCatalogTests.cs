using Sbx.Secrets.Catalog;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Catalog;

public sealed class SecretCatalogTests : IDisposable
{
    private readonly CatalogFixture _fixture = new();

    private SecretCatalog Catalog => _fixture.Catalog;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_sandbox_goes_before_the_global_store_and_that_before_the_environment()
    {
        var grants = CatalogFixture.Grants("box", "openai");
        Assert.Null(await _fixture.HeadersAsync("api.openai.com:443", grants));
        _fixture.Environment["OPENAI_API_KEY"] = "from-environment";
        Assert.Equal("Authorization: Bearer from-environment", await _fixture.HeadersAsync("api.openai.com:443", grants));
        await _fixture.SetAsync(null, "openai", "from-global");
        Assert.Equal("Authorization: Bearer from-global", await _fixture.HeadersAsync("api.openai.com:443", grants));
        await _fixture.SetAsync("box", "openai", "from-sandbox");
        Assert.Equal("Authorization: Bearer from-sandbox", await _fixture.HeadersAsync("api.openai.com:443", grants));
        Assert.Equal([new UsableService("openai", "sandbox")], Catalog.Usable(grants));
    }

    [Fact]
    public async Task A_service_that_was_not_granted_is_not_used_from_the_global_store_or_the_environment()
    {
        await _fixture.SetAsync(null, "openai", "from-global");
        _fixture.Environment["ANTHROPIC_API_KEY"] = "from-environment";
        var grants = CatalogFixture.Grants("box", "google");
        Assert.Null(await _fixture.HeadersAsync("api.openai.com:443", grants));
        Assert.Null(await _fixture.HeadersAsync("api.anthropic.com:443", grants));
        Assert.False(_fixture.Resolver.IsCredentialed(CatalogFixture.Target("api.openai.com:443"), grants));
        Assert.Empty(Catalog.Usable(grants));
        Assert.Empty(Catalog.GuestVariables(grants));
    }

    [Fact]
    public async Task A_sandboxs_own_secret_needs_no_grant_and_is_that_sandboxs_alone()
    {
        await _fixture.SetAsync("box", "openai", "from-sandbox");
        Assert.NotNull(await _fixture.HeadersAsync("api.openai.com:443", CatalogFixture.Grants("box")));
        Assert.Null(await _fixture.HeadersAsync("api.openai.com:443", CatalogFixture.Grants("other")));
    }

    [Fact]
    public async Task A_rotated_value_and_a_removed_one_take_effect_at_once_and_are_announced()
    {
        var changes = 0;
        Catalog.Changed += (_, _) => changes++;
        var grants = CatalogFixture.Grants("box", "openai");
        await _fixture.SetAsync(null, "openai", "first-value");
        Assert.Contains("first-value", await _fixture.HeadersAsync("api.openai.com:443", grants), StringComparison.Ordinal);
        await _fixture.SetAsync(null, "openai", "second-value");
        Assert.Contains("second-value", await _fixture.HeadersAsync("api.openai.com:443", grants), StringComparison.Ordinal);
        await Catalog.RemoveAsync(null, "openai", default);
        Assert.Null(await _fixture.HeadersAsync("api.openai.com:443", grants));
        Assert.Equal(3, changes);
        Assert.Equal(SecretErrorKind.NotFound, (await Assert.ThrowsAsync<SecretException>(() => Catalog.RemoveAsync(null, "openai", default))).Kind);
    }

    [Fact]
    public async Task A_request_under_way_keeps_its_value_until_it_ends_and_then_the_old_value_is_zeroed()
    {
        var grants = CatalogFixture.Grants("box", "openai");
        await _fixture.SetAsync(null, "openai", "first-value");
        var binding = await _fixture.Resolver.ResolveAsync(CatalogFixture.Target("api.openai.com:443"), "/", grants, default);
        await _fixture.SetAsync(null, "openai", "second-value");
        var forms = binding!.MaskForms.Forms;
        Assert.Contains(forms, f => f.AsSpan().SequenceEqual("first-value"u8));
        binding.Dispose();
        binding.Dispose();
        Assert.All(forms, f => Assert.All(f, b => Assert.Equal(0, b)));
    }

    [Fact]
    public async Task The_store_is_read_again_after_a_while_but_not_for_every_request()
    {
        var grants = CatalogFixture.Grants("box", "openai");
        await _fixture.SetAsync(null, "openai", "first-value");
        for (var i = 0; i < 10; i++)
            await _fixture.HeadersAsync("api.openai.com:443", grants);
        Assert.Equal(1, _fixture.Store.Reads);
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await _fixture.HeadersAsync("api.openai.com:443", grants);
        Assert.Equal(2, _fixture.Store.Reads);
    }

    [Fact]
    public async Task A_locked_keychain_is_an_error_and_not_a_request_without_a_key()
    {
        await _fixture.SetAsync(null, "openai", "first-value");
        _fixture.Store.IsLocked = true;
        await Assert.ThrowsAsync<SecretException>(() => _fixture.HeadersAsync("api.openai.com:443", CatalogFixture.Grants("box", "openai")));
    }

    [Fact]
    public async Task Listing_shows_scope_service_and_masked_value_and_nothing_else()
    {
        await _fixture.SetAsync("box", "github", "ghp_abcdefghijklmnopqrstuvwxyz");
        await _fixture.SetAsync(null, "openai", "sk-proj-abcdefghijklmnopqrstuvwxyz");
        await Catalog.SetSourceAsync(null, "groq", StoredSecretKind.Command, "echo gsk_abcdefghijklmnop", TimeSpan.FromMinutes(55), verify: true, default);
        await Catalog.SetSourceAsync(null, "xai", StoredSecretKind.Reference, "op://vault/xai/key", TimeSpan.FromMinutes(55), verify: false, default);
        Assert.Equal(
            [
                new SecretListing("(global)", "groq", "(command)", "command", false),
                new SecretListing("(global)", "openai", "sk-proj-****...****", "value", false),
                new SecretListing("(global)", "xai", "(ref op://vault/xai/key)", "ref", false),
                new SecretListing("box", "github", "ghp_****...****", "value", false),
            ],
            await Catalog.ListAsync(default));
    }

    [Fact]
    public async Task Reset_and_removal_of_a_sandbox_delete_what_they_say()
    {
        await _fixture.SetAsync("box", "github", "ghp_abcdefghijklmnopqrstuvwxyz");
        await _fixture.SetAsync("box", "openai", "sk-abcdefghijklmnopqrstuvwxyz");
        await _fixture.SetAsync(null, "openai", "sk-abcdefghijklmnopqrstuvwxyz");
        Assert.Equal(2, await Catalog.RemoveSandboxAsync("box", default));
        Assert.Single(await Catalog.ListAsync(default));
        Assert.Equal(1, await Catalog.ResetAsync(default));
        Assert.Empty(await Catalog.ListAsync(default));
    }

    [Theory]
    [InlineData("nonsense", "sk-abcdefgh", SecretErrorKind.NotFound)]
    [InlineData("openai", "proxy-managed", SecretErrorKind.Invalid)]
    [InlineData("aws", "not-an-aws-credential", SecretErrorKind.Invalid)]
    public async Task Unknown_services_and_values_that_cannot_be_right_are_refused(string service, string text, SecretErrorKind kind)
    {
        var error = await Assert.ThrowsAsync<SecretException>(() => _fixture.SetAsync(null, service, text));
        Assert.Equal(kind, error.Kind);
        Assert.NotNull(error.Hint);
    }

    [Fact]
    public async Task The_environment_is_found_masked_and_imported()
    {
        _fixture.Environment["GH_TOKEN"] = "ghp_abcdefghijklmnopqrstuvwxyz\n";
        _fixture.Environment["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE";
        Assert.Equal([new EnvironmentSecret("github", "GH_TOKEN", "ghp_****...****", false)], Catalog.FindInEnvironment());
        await Catalog.ImportAsync("github", default);
        Assert.True(Assert.Single(Catalog.FindInEnvironment()).Stored);
        Assert.Equal(SecretErrorKind.NotFound, (await Assert.ThrowsAsync<SecretException>(() => Catalog.ImportAsync("openai", default))).Kind);
    }

    [Fact]
    public async Task Guest_variables_hold_the_placeholder_of_each_service()
    {
        await _fixture.SetAsync(null, "openai", "sk-abcdefghijklmnopqrstuvwxyz");
        await _fixture.SetAsync(null, "copilot", "ghp_abcdefghijklmnopqrstuvwxyz");
        var variables = Catalog.GuestVariables(CatalogFixture.Grants("box", "openai", "copilot"));
        Assert.Equal("proxy-managed", variables["OPENAI_API_KEY"]);
        Assert.Matches("^gho_[a-z0-9]{36}$", variables["COPILOT_GITHUB_TOKEN"]);
        Assert.DoesNotContain("ANTHROPIC_API_KEY", variables.Keys);
    }
}
