using Sbx.Secrets.Stores;
using Sbx.Secrets.Stores.Files;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Stores;

/// <summary>What every store has to do.</summary>
internal static class StoreContract
{
    public static SecretStoreOptions Options(string root, string? setting) => new()
    {
        Setting = setting,
        Instance = "contract",
        File = new SecretFileOptions { DataFile = Path.Combine(root, "data", "secrets.sbx"), KeyFile = Path.Combine(root, "state", "secrets.key") },
        ChoiceFile = Path.Combine(root, "state", "keychain"),
    };

    public static async Task CheckAsync(ISecretStore store)
    {
        var global = new SecretKey(null, "openai");
        var own = new SecretKey("my-box", "openai");
        Assert.Null(await store.GetAsync(global, default));
        Assert.False(await store.RemoveAsync(global, default));
        Assert.Empty(await store.ListAsync(default));

        await SetAsync(store, global, "first value ü");
        await SetAsync(store, own, "other value");
        await SetAsync(store, global, "second value \"'\\%");
        Assert.Equal("second value \"'\\%", await TextAsync(store, global));
        Assert.Equal("other value", await TextAsync(store, own));
        Assert.Equal([global, own], (await store.ListAsync(default)).OrderBy(k => k.Scope, StringComparer.Ordinal));

        await SetAsync(store, own, new string('x', 2000));
        Assert.Equal(2000, (await TextAsync(store, own))!.Length);
        Assert.True(await store.RemoveAsync(global, default));
        Assert.Null(await store.GetAsync(global, default));
        Assert.True(await store.RemoveAsync(own, default));
        Assert.Empty(await store.ListAsync(default));
    }

    public static async Task SetAsync(ISecretStore store, SecretKey key, string text)
    {
        using var value = SecretValue.FromText(text);
        await store.SetAsync(key, value, default);
    }

    public static async Task<string?> TextAsync(ISecretStore store, SecretKey key)
    {
        using var value = await store.GetAsync(key, default);
        return value?.Reveal();
    }
}
