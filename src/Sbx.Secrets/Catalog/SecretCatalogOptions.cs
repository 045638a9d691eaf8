using Sbx.Secrets.Stores;

namespace Sbx.Secrets.Catalog;

/// <summary>What a <see cref="SecretCatalog"/> works with.</summary>
public sealed record SecretCatalogOptions
{
    /// <summary>Where secrets are kept; see <see cref="SecretStoreChooser"/>.</summary>
    public required ISecretStore Store { get; init; }

    /// <summary>The file of the user's own services; need not exist.</summary>
    public required string ServicesFile { get; init; }

    /// <summary>Looks a variable of the host up; null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Clock for refresh intervals.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long a value read from the store is used before it is read again, so that changes made by others are seen.</summary>
    public TimeSpan CacheLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a command or tool that gives a secret may take.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
