using System.Text.Json;
using Sbx.Images.Payloads;

namespace Sbx.Images.Tests.Support;

/// <summary>A cache, a folder feed and a payload list in a directory of their own.</summary>
internal sealed class TestStore : IDisposable
{
    public TestStore(params TestPackage[] packages)
    {
        Root = Directory.CreateTempSubdirectory("sbx-images-").FullName;
        Directory.CreateDirectory(Feed);
        Options = new ImageStoreOptions
        {
            CacheDirectory = Path.Combine(Root, "cache"),
            PayloadsPath = Path.Combine(Root, "payloads.json"),
            ExtraSource = Feed,
            UseConfiguredSources = false,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };
        Expect(packages.Length == 0 ? [TestPackage.Guest(), TestPackage.Template()] : packages);
    }

    public string Root { get; }

    public string Feed => Path.Combine(Root, "feed");

    public ImageStoreOptions Options { get; set; }

    public ImageStore Store => new(Options);

    /// <summary>Puts packages into the feed and into the list.</summary>
    public void Expect(params TestPackage[] packages)
    {
        foreach (var package in packages)
            File.WriteAllBytes(Path.Combine(Feed, $"{package.Entry.Id}.{package.Entry.Version}.nupkg"), package.Bytes);
        File.WriteAllBytes(
            Options.PayloadsPath, JsonSerializer.SerializeToUtf8Bytes(new PayloadList { Format = 1, Packages = [.. packages.Select(p => p.Entry)] }, ImagesJson.Default.PayloadList));
    }

    public void EmptyFeed()
    {
        foreach (var file in Directory.GetFiles(Feed))
            File.Delete(file);
    }

    public IEnumerable<string> CacheFiles() => Directory.Exists(Options.CacheDirectory)
        ? Directory.EnumerateFiles(Options.CacheDirectory, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Options.CacheDirectory, f)).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        : [];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
