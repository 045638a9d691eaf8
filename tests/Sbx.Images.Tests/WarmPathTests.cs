using System.Reflection;
using System.Runtime.Loader;
using Sbx.Images.Tests.Support;

namespace Sbx.Images.Tests;

public sealed class WarmPathTests
{
    [Fact]
    public async Task Using_what_is_in_the_cache_loads_no_NuGet_code()
    {
        using var test = new TestStore();
        var expected = await test.Store.GetGuestAsync(null, CancellationToken.None);

        var context = new Recording(Path.GetDirectoryName(typeof(ImageStore).Assembly.Location)!);
        var assembly = context.LoadFromAssemblyPath(typeof(ImageStore).Assembly.Location);
        dynamic options = Activator.CreateInstance(assembly.GetType(typeof(ImageStoreOptions).FullName!)!)!;
        foreach (var name in (string[])[nameof(ImageStoreOptions.CacheDirectory), nameof(ImageStoreOptions.PayloadsPath), nameof(ImageStoreOptions.ExtraSource)])
            ((object)options).GetType().GetProperty(name)!.SetValue(options, typeof(ImageStoreOptions).GetProperty(name)!.GetValue(test.Options));
        dynamic store = Activator.CreateInstance(assembly.GetType(typeof(ImageStore).FullName!)!, (object)options)!;
        var guest = await (dynamic)store.GetGuestAsync(null, CancellationToken.None);

        Assert.Equal(expected.KernelPath, (string)guest.KernelPath);
        Assert.Contains("Sbx.Api", context.Loaded);
        Assert.DoesNotContain(context.Loaded, name => name.StartsWith("NuGet.", StringComparison.Ordinal));
    }

    private sealed class Recording(string directory) : AssemblyLoadContext("warm path", isCollectible: true)
    {
        public List<string> Loaded { get; } = [];

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            Loaded.Add(assemblyName.Name!);
            var path = Path.Combine(directory, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
