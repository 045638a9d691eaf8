using Microsoft.Extensions.Time.Testing;
using Sbx.Policies.Hosts;
using Sbx.Secrets.Catalog;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Catalog;

/// <summary>A catalog over a store in memory, with a clock and an environment of its own.</summary>
internal sealed class CatalogFixture : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sbx-catalog-");

    public CatalogFixture()
    {
        Options = new SecretCatalogOptions
        {
            Store = Store, ServicesFile = Path.Combine(_root.FullName, "services.yaml"), Environment = n => Environment.GetValueOrDefault(n), Time = Time,
        };
        Environment["PATH"] = System.Environment.GetEnvironmentVariable("PATH")!;
        Catalog = SecretCatalog.OpenAsync(Options, default).GetAwaiter().GetResult();
        Resolver = new CredentialResolver(Catalog, Time);
    }

    public string Root => _root.FullName;

    public MemoryStore Store { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    public SecretCatalogOptions Options { get; }

    public SecretCatalog Catalog { get; }

    public CredentialResolver Resolver { get; }

    public static SandboxGrants Grants(string sandbox, params string[] services) => new(sandbox, services.ToHashSet());

    public static Authority Target(string text)
    {
        Assert.True(Authority.TryParseConnectTarget(text, out var target, out _));
        return target;
    }

    public async Task SetAsync(string? sandbox, string service, string text)
    {
        using var value = SecretValue.FromText(text);
        await Catalog.SetAsync(sandbox, service, value, default);
    }

    /// <summary>The headers that would be written, as <c>Name: value</c>; null when no credential is due.</summary>
    public async Task<string?> HeadersAsync(string target, SandboxGrants grants, string path = "/")
    {
        using var binding = await Resolver.ResolveAsync(Target(target), path, grants, default);
        if (binding is null)
            return null;
        var headers = new List<string>();
        binding.WriteHeaders((name, value) => headers.Add($"{name}: {value}"));
        return string.Join("\n", headers);
    }

    public void Dispose()
    {
        Catalog.Dispose();
        _root.Delete(recursive: true);
    }
}
