using System.Collections.Concurrent;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;
using Sbx.Secrets.Stores;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Catalog;

/// <summary>Live values, read or fetched at first use and kept for a while. One fetch per entry at a time. Thread-safe.</summary>
internal sealed class LiveSecrets(SecretCatalogOptions options)
{
    private readonly ConcurrentDictionary<SecretKey, Entry> _entries = new();
    private readonly ConcurrentDictionary<string, SecretMaterial> _environment = new(StringComparer.Ordinal);

    public async ValueTask<SecretMaterial?> AcquireAsync(SecretKey key, ServiceDefinition service, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = _entries.GetOrAdd(key, static _ => new Entry());
            if (entry.TryAcquire(options.Time.GetUtcNow(), out var material))
                return material;
            await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (entry.TryAcquire(options.Time.GetUtcNow(), out material))
                    return material;
                var (fresh, lifetime) = await LoadAsync(key, service, cancellationToken).ConfigureAwait(false);
                if (fresh is null)
                    return null;
                // One reference for the entry, one for the caller. An entry that was forgotten meanwhile keeps nothing.
                fresh.TryAcquire();
                if (!entry.Replace(fresh, options.Time.GetUtcNow() + lifetime))
                    fresh.Release();
                return fresh;
            }
            finally
            {
                entry.Gate.Release();
            }
        }
    }

    public SecretMaterial? AcquireFromEnvironment(ServiceDefinition service)
    {
        var value = HostEnvironment.Read(service, options.Environment);
        if (value is null)
            return null;
        ServiceValue.Check(service, value);
        var known = _environment.GetValueOrDefault(service.Name);
        if (known is not null && known.TryAcquire())
        {
            if (known.Value.Matches(value))
            {
                value.Dispose();
                return known;
            }

            known.Release();
        }

        var fresh = new SecretMaterial(value, "environment", ServiceValue.Forms(service, value));
        fresh.TryAcquire();
        SecretMaterial? replaced = null;
        _environment.AddOrUpdate(service.Name, fresh, (_, old) =>
        {
            replaced = old;
            return fresh;
        });
        replaced?.Release();
        return fresh;
    }

    public void Forget(SecretKey key)
    {
        if (_entries.TryRemove(key, out var entry))
            entry.Retire();
    }

    public void Forget()
    {
        foreach (var key in _entries.Keys)
            Forget(key);
        foreach (var name in _environment.Keys)
        {
            if (_environment.TryRemove(name, out var material))
                material.Release();
        }
    }

    private async Task<(SecretMaterial? Material, TimeSpan Lifetime)> LoadAsync(SecretKey key, ServiceDefinition service, CancellationToken cancellationToken)
    {
        using var entry = await options.Store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        if (entry is null)
            return (null, default);
        using var stored = StoredSecret.Decode(entry)
            ?? throw new SecretException(SecretErrorKind.Keychain, $"The stored secret of {key} is damaged.", $"Set it again with: sbx secret set {key.Service}");
        SecretValue value;
        var lifetime = options.CacheLifetime;
        if (stored.Kind == StoredSecretKind.Value)
        {
            value = stored.Payload.Copy();
        }
        else
        {
            value = await DynamicSecret.FetchAsync(stored.Kind, stored.Payload.Reveal(), service, options, cancellationToken).ConfigureAwait(false);
            lifetime = stored.Refresh;
        }

        try
        {
            ServiceValue.Check(service, value);
            return (new SecretMaterial(value, key.Sandbox is null ? "global" : "sandbox", ServiceValue.Forms(service, value)), lifetime);
        }
        catch
        {
            value.Dispose();
            throw;
        }
    }

    private sealed class Entry
    {
        private readonly Lock _lock = new();
        private SecretMaterial? _material;
        private DateTimeOffset _expires;
        private bool _retired;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public bool TryAcquire(DateTimeOffset now, out SecretMaterial? material)
        {
            lock (_lock)
            {
                material = _material;
                return material is not null && now < _expires && material.TryAcquire();
            }
        }

        public bool Replace(SecretMaterial material, DateTimeOffset expires)
        {
            SecretMaterial? old;
            lock (_lock)
            {
                if (_retired)
                    return false;
                (old, _material, _expires) = (_material, material, expires);
            }

            old?.Release();
            return true;
        }

        public void Retire()
        {
            SecretMaterial? old;
            lock (_lock)
            {
                _retired = true;
                (old, _material) = (_material, null);
            }

            old?.Release();
        }
    }
}
