using Sbx.Secrets.Stores.Files;

namespace Sbx.Secrets.Stores;

/// <summary>What the choice of a store depends on.</summary>
public sealed record SecretStoreOptions
{
    /// <summary>The setting; see <see cref="SecretStoreChooser.Setting"/>. Null or <c>auto</c> chooses.</summary>
    public string? Setting { get; init; }

    /// <summary>Tells several instances of sbx on one machine apart in a shared keychain; <c>default</c> for the user's own.</summary>
    public string Instance { get; init; } = "default";

    /// <summary>Places of the encrypted file.</summary>
    public required SecretFileOptions File { get; init; }

    /// <summary>File that remembers which kind of store holds secrets, so that a keychain that is away is not taken for an empty one.</summary>
    public required string ChoiceFile { get; init; }

    /// <summary>How long one call of a keychain may take; longer where a person may have to type a password.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
