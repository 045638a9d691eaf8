using Sbx.Secrets.Values;

namespace Sbx.Secrets.Stores;

/// <summary>A place that keeps secrets: the keychain of the system, or an encrypted file. Thread-safe.</summary>
public interface ISecretStore
{
    /// <summary>What it is and what protects it, for people; one sentence.</summary>
    string Description { get; }

    /// <summary>Name of the kind: <c>secret-service</c>, <c>keychain</c>, <c>credential-manager</c> or <c>file</c>.</summary>
    string Kind { get; }

    /// <summary>Reads an entry; null when there is none.</summary>
    /// <exception cref="SecretException">The store is locked, unreachable, or damaged.</exception>
    Task<SecretValue?> GetAsync(SecretKey key, CancellationToken cancellationToken);

    /// <summary>Writes an entry, replacing an older one.</summary>
    /// <exception cref="SecretException">The store is locked, unreachable, or full.</exception>
    Task SetAsync(SecretKey key, SecretValue value, CancellationToken cancellationToken);

    /// <summary>Removes an entry.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="SecretException">The store is locked or unreachable.</exception>
    Task<bool> RemoveAsync(SecretKey key, CancellationToken cancellationToken);

    /// <summary>All entries of this instance of sbx, in no particular order.</summary>
    /// <exception cref="SecretException">The store is locked or unreachable.</exception>
    Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken);
}
