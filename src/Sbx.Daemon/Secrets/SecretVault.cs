using System.Security.Cryptography;
using System.Text;
using Sbx.Api;
using Sbx.Secrets.Catalog;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Stores;
using Sbx.Secrets.Stores.Files;

namespace Sbx.Daemon.Secrets;

/// <summary>
/// The user's secrets, opened at the first use and tried again when that failed: a keychain may be locked or away for a while.
/// Thread-safe.
/// </summary>
internal sealed class SecretVault(SbxPaths paths, ClientVariables variables, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile SecretCatalog? _catalog;

    /// <summary>Raised after a secret or service was set or removed.</summary>
    public event EventHandler? Changed;

    /// <summary>The catalog if it is open.</summary>
    public SecretCatalog? Opened => _catalog;

    /// <summary>The catalog.</summary>
    /// <exception cref="Sbx.Secrets.SecretException">The keychain cannot be reached.</exception>
    public async ValueTask<SecretCatalog> OpenAsync(CancellationToken cancellationToken)
    {
        if (_catalog is { } open)
            return open;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_catalog is { } meanwhile)
                return meanwhile;
            var store = await SecretStoreChooser.OpenAsync(StoreOptions(), cancellationToken).ConfigureAwait(false);
            var catalog = await SecretCatalog.OpenAsync(
                new SecretCatalogOptions
                {
                    Store = store,
                    ServicesFile = Path.Combine(paths.Config, "services.yaml"),
                    Environment = variables.Get,
                    Time = time,
                },
                cancellationToken).ConfigureAwait(false);
            catalog.Changed += (_, e) => Changed?.Invoke(this, e);
            Resolver = new CredentialResolver(catalog, time);
            _catalog = catalog;
            return catalog;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Finds credentials for requests; null until the catalog is open.</summary>
    public CredentialResolver? Resolver { get; private set; }

    /// <summary>Takes credentials from the environment of a client.</summary>
    public async Task TakeFromClientAsync(int processId, CancellationToken cancellationToken)
    {
        var catalog = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var names = catalog.Services.All.SelectMany(s => s.HostVariables).ToHashSet(StringComparer.Ordinal);
        if (variables.Take(processId, names))
            Changed?.Invoke(this, EventArgs.Empty);
    }

    public void Dispose()
    {
        _catalog?.Dispose();
        _opening.Dispose();
    }

    // One keychain serves every instance of sbx on the machine; those below SBX_HOME keep to themselves.
    private SecretStoreOptions StoreOptions() => new()
    {
        Setting = Environment.GetEnvironmentVariable(SecretStoreChooser.Setting),
        Instance = Environment.GetEnvironmentVariable("SBX_HOME") is { Length: > 0 }
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paths.Data)))[..12]
            : "default",
        File = new SecretFileOptions { DataFile = Path.Combine(paths.Data, "secrets", "secrets.bin"), KeyFile = Path.Combine(paths.Config, "secrets.key") },
        ChoiceFile = Path.Combine(paths.State, "keychain"),
    };
}
