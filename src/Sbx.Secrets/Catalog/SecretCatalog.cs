using System.Collections.Immutable;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;
using Sbx.Secrets.Stores;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Catalog;

/// <summary>
/// Everything sbx knows about secrets: which services there are, what is stored for them globally and per sandbox, and the live value
/// a sandbox may use. A sandbox's own entry goes before the global one, that before the host's environment. Changes take effect at
/// once. Thread-safe.
/// </summary>
public sealed class SecretCatalog : ISecretSource, IDisposable
{
    private readonly SecretCatalogOptions _options;
    private readonly LiveSecrets _live;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile ImmutableHashSet<SecretKey> _stored;
    private volatile ServiceRegistry _services;

    private SecretCatalog(SecretCatalogOptions options, ServiceRegistry services, IEnumerable<SecretKey> stored)
    {
        _options = options;
        _services = services;
        _stored = [.. stored];
        _live = new LiveSecrets(options);
    }

    /// <summary>Raised after a secret or service was set or removed, on the thread that did it; handlers return quickly.</summary>
    public event EventHandler? Changed;

    /// <summary>The services that are known now; a new object after every change.</summary>
    public ServiceRegistry Services => _services;

    /// <summary>Where secrets are kept.</summary>
    public ISecretStore Store => _options.Store;

    /// <summary>Reads the services file and the store's list of entries.</summary>
    /// <exception cref="SecretException">The store cannot be reached, or the services file is not valid.</exception>
    /// <exception cref="Sbx.Policies.PolicyException">The services file is not valid; names line and column.</exception>
    public static async Task<SecretCatalog> OpenAsync(SecretCatalogOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var services = new ServiceRegistry(ServicesFile.Read(options.ServicesFile));
        return new SecretCatalog(options, services, await options.Store.ListAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads the services file and the store again.</summary>
    /// <exception cref="SecretException">See <see cref="OpenAsync"/>.</exception>
    public Task ReloadAsync(CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        _services = new ServiceRegistry(ServicesFile.Read(_options.ServicesFile));
        _stored = [.. await Store.ListAsync(cancellationToken).ConfigureAwait(false)];
        _live.Forget();
    }, cancellationToken);

    /// <summary>Whether there is a credential of a service that a sandbox may use; does not read it.</summary>
    public bool Has(string service, SandboxGrants grants) => OriginOf(service, grants) is not null;

    /// <summary>Services whose credential a sandbox can use now, by name; for the line at its start.</summary>
    public IReadOnlyList<UsableService> Usable(SandboxGrants grants)
        => [.. _services.All.Select(s => (s.Name, Origin: OriginOf(s.Name, grants))).Where(s => s.Origin is not null).Select(s => new UsableService(s.Name, s.Origin!)).OrderBy(s => s.Service, StringComparer.Ordinal)];

    /// <summary>Variables for the guest with the placeholders of the services it can use; a service asked for by name comes first.</summary>
    public IReadOnlyDictionary<string, string> GuestVariables(SandboxGrants grants)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in Usable(grants))
        {
            foreach (var (name, placeholder) in _services.Get(service.Service).Placeholders)
                variables.TryAdd(name, placeholder);
        }

        return variables;
    }

    /// <summary>Stores a value; takes effect at once.</summary>
    /// <param name="sandbox">Sandbox it is for; null for the global scope.</param>
    /// <param name="service">Service.</param>
    /// <param name="value">The value; the caller keeps and disposes it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SecretException">Unknown service, a value the service cannot use, or the store failed.</exception>
    public Task SetAsync(string? sandbox, string service, SecretValue value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        ServiceValue.Check(_services.Get(service), value);
        return StoreAsync(new SecretKey(sandbox, service), StoredSecretKind.Value, value, TimeSpan.Zero, cancellationToken);
    }

    /// <summary>Stores a command or reference that gives the value when it is needed.</summary>
    /// <param name="sandbox">Sandbox it is for; null for the global scope.</param>
    /// <param name="service">Service.</param>
    /// <param name="kind">Command or Reference.</param>
    /// <param name="text">The command for the host's shell, or the reference.</param>
    /// <param name="refresh">How long a fetched value is used; zero fetches it whenever it is needed.</param>
    /// <param name="verify">Whether to fetch it now, so that a mistake shows at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SecretException">Unknown service, a reference of unknown form, a failing command, or the store failed.</exception>
    public async Task SetSourceAsync(
        string? sandbox, string service, StoredSecretKind kind, string text, TimeSpan refresh, bool verify, CancellationToken cancellationToken)
    {
        var definition = _services.Get(service);
        DynamicSecret.Check(kind, text);
        if (verify)
        {
            using var value = await DynamicSecret.FetchAsync(kind, text, definition, _options, cancellationToken).ConfigureAwait(false);
        }

        using var payload = SecretValue.FromText(text);
        await StoreAsync(new SecretKey(sandbox, service), kind, payload, refresh, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a secret; takes effect at once.</summary>
    /// <exception cref="SecretException">Nothing is stored there, or the store failed.</exception>
    public Task RemoveAsync(string? sandbox, string service, CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        var key = new SecretKey(sandbox, service);
        if (!await Store.RemoveAsync(key, cancellationToken).ConfigureAwait(false))
            throw new SecretException(SecretErrorKind.NotFound, $"No secret is stored for {key}.", "List what is stored with: sbx secret ls");
        Forget([key]);
    }, cancellationToken);

    /// <summary>Removes all secrets of a sandbox.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> RemoveSandboxAsync(string sandbox, CancellationToken cancellationToken) => RemoveWhereAsync(k => k.Sandbox == sandbox, cancellationToken);

    /// <summary>Removes every secret of this instance of sbx.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> ResetAsync(CancellationToken cancellationToken) => RemoveWhereAsync(_ => true, cancellationToken);

    /// <summary>What is stored, by scope and service.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<SecretListing>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = new List<SecretListing>();
        foreach (var key in await Store.ListAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(await ListingText.DescribeAsync(Store, _services, key, cancellationToken).ConfigureAwait(false));
        return [.. rows.OrderBy(r => r.Scope, StringComparer.Ordinal).ThenBy(r => r.Service, StringComparer.Ordinal)];
    }

    /// <summary>Credentials in the host's environment, by service.</summary>
    public IReadOnlyList<EnvironmentSecret> FindInEnvironment()
        => HostEnvironment.Find(_services.All, _options.Environment, s => _stored.Contains(new SecretKey(null, s)));

    /// <summary>Stores the host environment's credential of a service in the global scope.</summary>
    /// <exception cref="SecretException">The environment has none, it is not usable, or the store failed.</exception>
    public async Task ImportAsync(string service, CancellationToken cancellationToken)
    {
        using var value = HostEnvironment.Read(_services.Get(service), _options.Environment)
            ?? throw new SecretException(SecretErrorKind.NotFound, $"The environment has no credential for {service}.", $"Set one of: {string.Join(", ", _services.Get(service).HostVariables)}.");
        await SetAsync(null, service, value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds or replaces a service of the user's own, in the services file.</summary>
    /// <exception cref="SecretException">The definition is not valid, or the name is built in.</exception>
    public Task SaveServiceAsync(ServiceDefinition service, CancellationToken cancellationToken) => ChangeAsync(() =>
    {
        var own = _services.All.Where(s => !s.BuiltIn && s.Name != service.Name).Append(service).ToList();
        var registry = new ServiceRegistry(own);
        ServicesFile.Write(_options.ServicesFile, own);
        _services = registry;
        return Task.CompletedTask;
    }, cancellationToken);

    /// <summary>Removes a service of the user's own. Its secrets stay stored, unused, until they are removed.</summary>
    /// <exception cref="SecretException">There is none, or it is built in.</exception>
    public Task RemoveServiceAsync(string name, CancellationToken cancellationToken) => ChangeAsync(() =>
    {
        if (_services.Get(name).BuiltIn)
            throw new SecretException(SecretErrorKind.Conflict, $"The service '{name}' is built in.", "Remove its secret with: sbx secret rm " + name);
        var own = _services.All.Where(s => !s.BuiltIn && s.Name != name).ToList();
        ServicesFile.Write(_options.ServicesFile, own);
        _services = new ServiceRegistry(own);
        return Task.CompletedTask;
    }, cancellationToken);

    async ValueTask<SecretMaterial?> ISecretSource.AcquireAsync(string service, SandboxGrants grants, CancellationToken cancellationToken)
    {
        var definition = _services.Get(service);
        foreach (var key in Keys(service, grants))
        {
            if (_stored.Contains(key) && await _live.AcquireAsync(key, definition, cancellationToken).ConfigureAwait(false) is { } material)
                return material;
        }

        return grants.GlobalServices.Contains(service) ? _live.AcquireFromEnvironment(definition) : null;
    }

    /// <summary>Zeroes the live values.</summary>
    public void Dispose()
    {
        _live.Forget();
        _changing.Dispose();
    }

    private static IEnumerable<SecretKey> Keys(string service, SandboxGrants grants)
    {
        yield return new SecretKey(grants.Sandbox, service);
        if (grants.GlobalServices.Contains(service))
            yield return new SecretKey(null, service);
    }

    private string? OriginOf(string service, SandboxGrants grants)
    {
        ArgumentNullException.ThrowIfNull(grants);
        if (_stored.Contains(new SecretKey(grants.Sandbox, service)))
            return "sandbox";
        if (!grants.GlobalServices.Contains(service) || !_services.Contains(service))
            return null;
        if (_stored.Contains(new SecretKey(null, service)))
            return "global";
        return HostEnvironment.Has(_services.Get(service), _options.Environment) ? "environment" : null;
    }

    private Task StoreAsync(SecretKey key, StoredSecretKind kind, SecretValue payload, TimeSpan refresh, CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        using var stored = new StoredSecret(kind, payload.Copy(), refresh);
        using var entry = stored.Encode();
        await Store.SetAsync(key, entry, cancellationToken).ConfigureAwait(false);
        _live.Forget(key);
        _stored = _stored.Add(key);
    }, cancellationToken);

    private async Task<int> RemoveWhereAsync(Func<SecretKey, bool> which, CancellationToken cancellationToken)
    {
        var count = 0;
        await ChangeAsync(async () =>
        {
            foreach (var key in (await Store.ListAsync(cancellationToken).ConfigureAwait(false)).Where(which))
            {
                if (await Store.RemoveAsync(key, cancellationToken).ConfigureAwait(false))
                    count++;
                Forget([key]);
            }
        }, cancellationToken).ConfigureAwait(false);
        return count;
    }

    private void Forget(IEnumerable<SecretKey> keys)
    {
        foreach (var key in keys)
        {
            _stored = _stored.Remove(key);
            _live.Forget(key);
        }
    }

    private async Task ChangeAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await change().ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
            Changed?.Invoke(this, EventArgs.Empty);
        }
    }
}
