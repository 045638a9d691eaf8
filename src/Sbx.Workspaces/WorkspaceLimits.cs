namespace Sbx.Workspaces;

/// <summary>Bounds on what one guest can make the host hold. Every refusal is an error number in the guest.</summary>
public sealed record WorkspaceLimits
{
    /// <summary>Open files and directories (one descriptor each); more get ENFILE.</summary>
    public int MaxHandles { get; init; } = 16384;

    /// <summary>Files and directories the guest may know at a time (some 250 bytes each); more get ENFILE.</summary>
    public int MaxNodes { get; init; } = 500_000;

    /// <summary>Directories held open at a time; the least recently used are closed and opened again when needed. At least 64.</summary>
    public int MaxDirectoryDescriptors { get; init; } = 4096;

    /// <summary>Directories watched for changes made on the host; others are fresh within <see cref="WorkspaceServerOptions.CacheTimeout"/>.</summary>
    public int MaxWatches { get; init; } = 8192;

    /// <summary>Lock requests that may wait at a time; more get ENOLCK.</summary>
    public int MaxBlockedLocks { get; init; } = 256;

    /// <summary>Lock owners (one descriptor each); more get ENOLCK.</summary>
    public int MaxLockOwners { get; init; } = 4096;

    /// <summary>Bytes the guest may write or allocate in one session; then EDQUOT. Null: no bound.</summary>
    public long? MaxBytesWritten { get; init; }

    /// <summary>Files, directories and links the guest may create in one session; then EDQUOT. Null: no bound.</summary>
    public long? MaxEntriesCreated { get; init; }
}
