using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sbx.Images.Fetching;
using Sbx.Images.Payloads;
using Sbx.Images.Tests.Support;

namespace Sbx.Images.Tests;

public sealed class HostileArchiveTests
{
    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("a\\..\\escaped")]
    [InlineData(".verified")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("")]
    [InlineData("nul\0")]
    [InlineData("C:evil")]
    public async Task A_manifest_with_an_improper_path_is_refused(string path) =>
        await RefusedAsync(Package(new() { [path] = "x"u8.ToArray() }));

    [Fact]
    public async Task Entries_that_the_manifest_does_not_name_are_not_unpacked()
    {
        var package = Package(new() { ["good"] = "x"u8.ToArray() }, new() { ["../../evil"] = "y"u8.ToArray(), ["payload/evil"] = "z"u8.ToArray() });
        Assert.Equal(["good", "manifest.json"], await UnpackAsync(package));
    }

    [Fact]
    public async Task A_file_that_expands_beyond_its_stated_size_is_refused()
    {
        var manifest = ManifestOf("bomb", 10, new byte[10]);
        await RefusedAsync(TestPackage.Make("guest", "g", "Sbx.Test", "1.0.0", manifest, 10, new() { ["payload/bomb"] = new byte[50 << 20] }, []));
    }

    [Fact]
    public async Task Files_larger_in_sum_than_the_list_says_are_refused()
    {
        var manifest = ManifestOf("file", 100, new byte[100]);
        await RefusedAsync(TestPackage.Make("guest", "g", "Sbx.Test", "1.0.0", manifest, 10, new() { ["payload/file"] = new byte[100] }, []));
    }

    [Fact]
    public async Task A_file_with_another_hash_is_refused()
    {
        var manifest = ManifestOf("file", 3, "abc"u8.ToArray());
        await RefusedAsync(TestPackage.Make("guest", "g", "Sbx.Test", "1.0.0", manifest, 3, new() { ["payload/file"] = "abd"u8.ToArray() }, []));
    }

    [Fact]
    public async Task A_manifest_with_another_hash_is_refused()
    {
        var package = Package(new() { ["file"] = "x"u8.ToArray() });
        await RefusedAsync(package, package.Entry with { Digest = new string('0', 64) });
    }

    [Fact]
    public async Task A_file_that_is_named_twice_is_refused() =>
        await RefusedAsync(Package(new() { ["File"] = "x"u8.ToArray(), ["file"] = "y"u8.ToArray() }));

    [Property(MaxTest = 300)]
    public void Damaged_archives_are_refused_or_unpacked_right(int seed)
    {
        var package = Package(new() { ["a/one"] = Encoding.UTF8.GetBytes(new string('a', 3000)), ["two"] = "second"u8.ToArray() });
        var random = new System.Random(seed);
        var bytes = package.Bytes.ToArray();
        for (var i = random.Next(1, 6); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(4) == 0)
            bytes = bytes[..random.Next(bytes.Length)];
        try
        {
            Assert.Equal(["a/one", "manifest.json", "two"], UnpackAsync(package, bytes).GetAwaiter().GetResult());
        }
        catch (WrongContentException)
        {
            // Refused: as good.
        }
    }

    [Property]
    public Property Safe_paths_stay_beneath_their_directory() => Prop.ForAll<string>(path =>
    {
        if (PayloadPath.IsSafe(path))
            Assert.StartsWith("/root/", Path.GetFullPath(Path.Combine("/root", path)), StringComparison.Ordinal);
    });

    [Property(MaxTest = 300)]
    public void Damaged_manifests_and_lists_are_refused_or_read(int seed)
    {
        var random = new System.Random(seed);
        var package = Package(new() { ["one"] = "x"u8.ToArray() });
        var list = JsonSerializer.SerializeToUtf8Bytes(new PayloadList { Format = 1, Packages = [package.Entry] }, ImagesJson.Default.PayloadList);
        foreach (var (json, parse) in ((byte[], Action<byte[]>)[])[(ManifestOf("one", 1, "x"u8.ToArray()), b => Manifest.Parse(b)), (list, b => PayloadList.Parse(b))])
        {
            var damaged = json.ToArray();
            for (var i = random.Next(1, 8); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(32, 127);
            try
            {
                parse(damaged);
            }
            catch (FormatException)
            {
                // Refused in the one way that callers expect.
            }
        }
    }

    private static TestPackage Package(Dictionary<string, byte[]> files, Dictionary<string, byte[]>? stray = null) =>
        TestPackage.Make("guest", "g", "Sbx.Test", "1.0.0", files, stray);

    private static byte[] ManifestOf(string path, long size, byte[] content) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        format = 1,
        files = new[] { new { path, size, sha256 = Convert.ToHexStringLower(SHA256.HashData(content)) } },
    });

    private static Task RefusedAsync(TestPackage package, PayloadPackage? entry = null) =>
        Assert.ThrowsAsync<WrongContentException>(() => UnpackAsync(package, entry: entry));

    // Unpacks into a directory of its own and returns what is in it; nothing may be beside it.
    private static async Task<IEnumerable<string>> UnpackAsync(TestPackage package, byte[]? bytes = null, PayloadPackage? entry = null)
    {
        var root = Directory.CreateTempSubdirectory("sbx-unpack-").FullName;
        try
        {
            var target = Directory.CreateDirectory(Path.Combine(root, "a", "b")).FullName;
            try
            {
                await new PackageUnpacker(entry ?? package.Entry, null).UnpackAsync(new MemoryStream(bytes ?? package.Bytes), target, CancellationToken.None);
            }
            finally
            {
                Assert.All(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories), f => Assert.StartsWith(target, f, StringComparison.Ordinal));
            }

            return [.. Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(target, f)).Order(StringComparer.Ordinal)];
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
