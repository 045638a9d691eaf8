namespace Sbx.Workspaces;

/// <summary>One directory or file of the host that the guest sees.</summary>
/// <param name="HostPath">
/// Absolute and canonical: no component may be a symbolic link, because a guest could have made that link in an earlier
/// session. Resolve what the user typed once, when the sandbox is created.
/// </param>
/// <param name="ReadOnly">Whether every change is refused with EROFS, on the host's side.</param>
/// <param name="IsFile">Whether it is one regular file rather than a directory.</param>
public sealed record WorkspaceRoot(string HostPath, bool ReadOnly = false, bool IsFile = false);
