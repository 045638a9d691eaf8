using System.Globalization;
using Sbx.Api.Contracts;
using Sbx.Protocol.Messages;
using Sbx.Workspaces;

namespace Sbx.Daemon.Machines;

/// <summary>Translates a sandbox's workspaces into what the file server serves and what the guest mounts.</summary>
internal static class WorkspaceServing
{
    // Changes on the host are announced; this bounds what an announcement cannot tell (see WatchedCacheTimeout).
    private static readonly TimeSpan WatchedCacheTimeout = TimeSpan.FromSeconds(30);

    public static WorkspaceServerOptions Options(IReadOnlyList<Workspace> workspaces, GuestUser user)
    {
        var owner = FileFacts.Of(workspaces[0].Path) ?? FileFacts.Self;
        return new WorkspaceServerOptions
        {
            Roots = [.. workspaces.Select(w => new WorkspaceRoot(w.Path, w.ReadOnly, File.Exists(w.Path)))],
            Owner = new OwnerMapping((uint)owner.Uid, (uint)owner.Gid, (uint)user.Uid, (uint)user.Gid),
            WatchedCacheTimeout = WatchedCacheTimeout,
        };
    }

    public static IReadOnlyList<WorkspaceMount> Mounts(IReadOnlyList<Workspace> workspaces) =>
        [.. workspaces.Select((w, i) => new WorkspaceMount(i.ToString(CultureInfo.InvariantCulture), w.Path, w.ReadOnly, File.Exists(w.Path)))];
}
