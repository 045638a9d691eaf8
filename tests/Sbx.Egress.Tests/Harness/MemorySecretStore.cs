using System.Collections.Concurrent;
using Sbx.Secrets.Stores;
using Sbx.Secrets.Values;

namespace Sbx.Egress.Tests.Harness;

/// <summary>Keeps secrets for one test.</summary>
internal sealed class MemorySecretStore : ISecretStore
{
    private readonly ConcurrentDictionary<SecretKey, SecretValue> _entries = new();

    public string Description => "memory of the test";

    public string Kind => "memory";

    public Task<SecretValue?> GetAsync(SecretKey key, CancellationToken cancellationToken) =>
        Task.FromResult(_entries.TryGetValue(key, out var value) ? value.Copy() : null);

    public Task SetAsync(SecretKey key, SecretValue value, CancellationToken cancellationToken)
    {
        _entries[key] = value.Copy();
        return Task.CompletedTask;
    }

    public Task<bool> RemoveAsync(SecretKey key, CancellationToken cancellationToken) => Task.FromResult(_entries.TryRemove(key, out _));

    public Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SecretKey>>([.. _entries.Keys]);
}
