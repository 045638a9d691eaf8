namespace Sbx.Secrets.Stores.Files;

/// <summary>Places of the encrypted file.</summary>
public sealed record SecretFileOptions
{
    /// <summary>The encrypted file; its directory gets mode 0700.</summary>
    public required string DataFile { get; init; }

    /// <summary>The key; in another directory, mode 0600, so that a copy of one directory alone is worth nothing.</summary>
    public required string KeyFile { get; init; }
}
