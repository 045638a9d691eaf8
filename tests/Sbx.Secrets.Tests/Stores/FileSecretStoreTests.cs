using System.Text;
using FsCheck.Xunit;
using Sbx.Secrets.Stores;
using Sbx.Secrets.Stores.Files;

namespace Sbx.Secrets.Tests.Stores;

public sealed class FileSecretStoreTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sbx-file-store-");
    private readonly SecretFileOptions _options;
    private readonly SecretKey _key = new(null, "openai");

    public FileSecretStoreTests() => _options = StoreContract.Options(_root.FullName, null).File;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_secret_is_stored_read_listed_replaced_and_removed()
    {
        using var store = new FileSecretStore(_options);
        await StoreContract.CheckAsync(store);
    }

    [Fact]
    public async Task The_value_is_in_no_file_and_files_and_directories_are_the_owners_alone()
    {
        using var store = new FileSecretStore(_options);
        await StoreContract.SetAsync(store, _key, "sk-proj-findme-findme-findme");
        var forms = (byte[][])[.. ((string[])["sk-proj-findme", "findme-findme"]).SelectMany(t => (byte[][])[Encoding.UTF8.GetBytes(t), Encoding.Unicode.GetBytes(t), Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(t))[..8])])];
        foreach (var file in _root.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file.FullName);
            Assert.All(forms, f => Assert.Equal(-1, bytes.AsSpan().IndexOf(f)));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }

        foreach (var directory in _root.EnumerateDirectories())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, directory.UnixFileMode);
        Assert.NotEqual(Path.GetDirectoryName(_options.DataFile), Path.GetDirectoryName(_options.KeyFile));
    }

    [Fact]
    public async Task Every_write_makes_another_file_even_for_the_same_value()
    {
        using var store = new FileSecretStore(_options);
        await StoreContract.SetAsync(store, _key, "the-same-value");
        var first = await File.ReadAllBytesAsync(_options.DataFile);
        await StoreContract.SetAsync(store, _key, "the-same-value");
        Assert.NotEqual(first, await File.ReadAllBytesAsync(_options.DataFile));
    }

    [Fact]
    public async Task A_changed_byte_anywhere_is_noticed()
    {
        using var store = new FileSecretStore(_options);
        await StoreContract.SetAsync(store, _key, "value-value");
        var good = await File.ReadAllBytesAsync(_options.DataFile);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 1;
            await File.WriteAllBytesAsync(_options.DataFile, bad);
            var error = await Assert.ThrowsAsync<SecretException>(() => store.GetAsync(_key, default));
            Assert.Equal(SecretErrorKind.Keychain, error.Kind);
            Assert.NotNull(error.Hint);
        }

        for (var length = 0; length < good.Length; length += 7)
        {
            await File.WriteAllBytesAsync(_options.DataFile, good[..length]);
            await Assert.ThrowsAsync<SecretException>(() => store.ListAsync(default));
        }
    }

    [Fact]
    public async Task Without_its_key_or_with_a_key_others_can_read_nothing_is_decrypted_and_nothing_overwritten()
    {
        using var store = new FileSecretStore(_options);
        await StoreContract.SetAsync(store, _key, "value-value");
        var key = await File.ReadAllBytesAsync(_options.KeyFile);

        File.SetUnixFileMode(_options.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", (await Assert.ThrowsAsync<SecretException>(() => store.GetAsync(_key, default))).Hint, StringComparison.Ordinal);

        File.Delete(_options.KeyFile);
        await Assert.ThrowsAsync<SecretException>(() => store.GetAsync(_key, default));
        await Assert.ThrowsAsync<SecretException>(() => StoreContract.SetAsync(store, _key, "new-value"));
        Assert.False(File.Exists(_options.KeyFile));

        await File.WriteAllBytesAsync(_options.KeyFile, key);
        File.SetUnixFileMode(_options.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal("value-value", await StoreContract.TextAsync(store, _key));
    }

    [Fact]
    public async Task Writers_in_several_instances_lose_nothing()
    {
        using var one = new FileSecretStore(_options);
        using var two = new FileSecretStore(_options);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => StoreContract.SetAsync(i % 2 == 0 ? one : two, new SecretKey(null, $"service{i}"), $"value-{i}")));
        Assert.Equal(20, (await one.ListAsync(default)).Count);
    }

    [Fact]
    public async Task The_description_names_the_key_and_what_protects_it()
    {
        using var store = new FileSecretStore(_options);
        Assert.Contains(_options.KeyFile, store.Description, StringComparison.Ordinal);
        Assert.Contains("file permissions", store.Description, StringComparison.Ordinal);
        Assert.Empty(await store.ListAsync(default));
        Assert.False(File.Exists(_options.KeyFile));
    }

    [Fact]
    public async Task The_chosen_kind_is_remembered_once_it_holds_a_secret()
    {
        var options = StoreContract.Options(_root.FullName, "file");
        var store = await SecretStoreChooser.OpenAsync(options, default);
        Assert.False(File.Exists(options.ChoiceFile));
        await StoreContract.SetAsync(store, _key, "value-value");
        var again = await SecretStoreChooser.OpenAsync(options with { Setting = null }, default);
        Assert.Equal("file", again.Kind);
        Assert.Equal("value-value", await StoreContract.TextAsync(again, _key));
    }

    [Theory]
    [InlineData("keychain")]
    [InlineData("credential-manager")]
    [InlineData("nonsense")]
    public async Task A_setting_this_machine_cannot_follow_is_refused(string setting)
    {
        var error = await Assert.ThrowsAsync<SecretException>(() => SecretStoreChooser.OpenAsync(StoreContract.Options(_root.FullName, setting), default));
        Assert.Contains("file", error.Hint, StringComparison.Ordinal);
    }

    [Property(MaxTest = 2000)]
    public bool Arbitrary_bytes_are_refused_and_nothing_else(byte[] bytes)
    {
        try
        {
            SecretFileContent.Unseal([.. "SBXS1"u8, .. bytes], new byte[32]).Dispose();
            return false;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return true;
        }
    }
}
