using Sbx.Secrets.Catalog;
using Sbx.Secrets.Stores;
using Sbx.Secrets.Stores.SecretService;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Stores;

public sealed class SecretServiceStoreTests(KeyringSession keyring) : IClassFixture<KeyringSession>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_secret_is_stored_read_listed_replaced_and_removed()
    {
        var store = new SecretServiceStore("round-trip", Deadline);
        await StoreContract.CheckAsync(store);
    }

    [Fact]
    public async Task A_stored_key_is_listed_masked_and_found_again_after_the_keyring_restarts()
    {
        var directory = Directory.CreateTempSubdirectory("sbx-catalog-");
        var options = new SecretCatalogOptions { Store = new SecretServiceStore("restart", Deadline), ServicesFile = Path.Combine(directory.FullName, "services.yaml"), Environment = _ => null };
        using (var catalog = await SecretCatalog.OpenAsync(options, default))
        using (var value = SecretValue.FromText("sk-proj-abcdefghijklmnopqrstuvwxyz"))
        {
            await catalog.SetAsync(null, "openai", value, default);
            Assert.Equal(new SecretListing("(global)", "openai", "sk-proj-****...****", "value", false), Assert.Single(await catalog.ListAsync(default)));
        }

        keyring.RestartKeyring();

        using (var catalog = await SecretCatalog.OpenAsync(options, default))
        {
            Assert.True(catalog.Has("openai", new SandboxGrants("box", new HashSet<string> { "openai" })));
            using var entry = await options.Store.GetAsync(new SecretKey(null, "openai"), default);
            Assert.EndsWith("sk-proj-abcdefghijklmnopqrstuvwxyz", entry!.Reveal(), StringComparison.Ordinal);
            Assert.Equal(1, await catalog.ResetAsync(default));
            Assert.Empty(await options.Store.ListAsync(default));
        }

        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Instances_do_not_see_each_other()
    {
        var one = new SecretServiceStore("one", Deadline);
        var two = new SecretServiceStore("two", Deadline);
        using var value = SecretValue.FromText("value-of-one");
        await one.SetAsync(new SecretKey(null, "openai"), value, default);
        Assert.Null(await two.GetAsync(new SecretKey(null, "openai"), default));
        Assert.Empty(await two.ListAsync(default));
        Assert.True(await one.RemoveAsync(new SecretKey(null, "openai"), default));
    }

    [Fact]
    public async Task The_chooser_finds_the_keyring()
    {
        var directory = Directory.CreateTempSubdirectory("sbx-choice-");
        var store = await SecretStoreChooser.OpenAsync(StoreContract.Options(directory.FullName, null), default);
        Assert.Equal("secret-service", store.Kind);
        directory.Delete(recursive: true);
    }
}
