using System.Collections.Concurrent;
using Sbx.Secrets.Stores;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Catalog;

/// <summary>A store in memory that counts reads and can be locked.</summary>
internal sealed class MemoryStore : ISecretStore
{
    private readonly ConcurrentDictionary<SecretKey, string> _entries = new();

    public int Reads { get; private set; }

    public bool IsLocked { get; set; }

    public string Description => "memory";

    public string Kind => "memory";

    public Task<SecretValue?> GetAsync(SecretKey key, CancellationToken cancellationToken)
    {
        if (IsLocked)
            throw new SecretException(SecretErrorKind.Keychain, "The keyring is locked.", "Unlock it.");
        Reads++;
        return Task.FromResult(_entries.TryGetValue(key, out var text) ? SecretValue.FromText(text) : null);
    }

    public Task SetAsync(SecretKey key, SecretValue value, CancellationToken cancellationToken)
    {
        _entries[key] = value.Reveal();
        return Task.CompletedTask;
    }

    public Task<bool> RemoveAsync(SecretKey key, CancellationToken cancellationToken) => Task.FromResult(_entries.TryRemove(key, out _));

    public Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SecretKey>>([.. _entries.Keys]);
}
