namespace Sbx.Workspaces;

/// <summary>What a <see cref="WorkspaceServer"/> serves, and within which bounds.</summary>
public sealed record WorkspaceServerOptions
{
    /// <summary>Served as entries "0", "1" … of the file system's root, in this order.</summary>
    public required IReadOnlyList<WorkspaceRoot> Roots { get; init; }

    /// <summary>Ids on both sides.</summary>
    public required OwnerMapping Owner { get; init; }

    /// <summary>Bounds.</summary>
    public WorkspaceLimits Limits { get; init; } = new();

    /// <summary>Told of the guest's changes, or null.</summary>
    public IWorkspaceObserver? Observer { get; init; }

    /// <summary>How long the guest may believe names and attributes it has seen.</summary>
    public TimeSpan CacheTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The same for what lies in a watched directory, where changes are announced as they happen; null: no longer. A longer
    /// time spares most requests of a repeated walk (git status). What then stays unseen for that long: attributes changed
    /// through a name that a file was given after the guest had seen it with one, and content changed through a mapping that
    /// is still there (the next open sees it). A directory that cannot be watched has <see cref="CacheTimeout"/>.
    /// </summary>
    public TimeSpan? WatchedCacheTimeout { get; init; }

    /// <summary>
    /// Whether changes made on the host are announced to the guest as they happen. The guest's relay must write messages
    /// whose unique is 0 to /dev/fuse on a thread of their own: the kernel may block there until a reply has been written.
    /// </summary>
    public bool AnnounceHostChanges { get; init; } = true;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
