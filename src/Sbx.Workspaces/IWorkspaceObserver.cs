namespace Sbx.Workspaces;

/// <summary>What the guest did to a path.</summary>
public enum WorkspaceChange
{
    /// <summary>A file, directory or link appeared under this name (made, linked or renamed to it).</summary>
    Created,

    /// <summary>Content changed: first write or truncation through one open file, and again when that file is closed.</summary>
    Written,

    /// <summary>The name is gone (removed or renamed away).</summary>
    Removed,

    /// <summary>Mode, times or extended attributes changed.</summary>
    Attributes,
}

/// <summary>
/// Told of every change the guest makes. Called on the server's thread while the request is being answered, so it must be
/// quick, must not throw, and must not touch the guest.
/// </summary>
public interface IWorkspaceObserver
{
    /// <summary>A change was made.</summary>
    /// <param name="root">Index of the root.</param>
    /// <param name="relativePath">Path below the root, bytes as on disk, no leading slash; empty for the root itself. Valid during the call.</param>
    /// <param name="change">What happened.</param>
    void OnChanged(int root, ReadOnlySpan<byte> relativePath, WorkspaceChange change);
}
