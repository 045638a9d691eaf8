using Sbx.Workspaces.Freshness;
using Sbx.Workspaces.Handles;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Sessions;

/// <summary>What the operations of one session share; everything in it is used under <see cref="Gate"/>.</summary>
internal sealed class SessionState
{
    internal SessionState(WorkspaceServerOptions options, Output output)
    {
        Options = options;
        Output = output;
        Tree = new FileTree(options);
        Handles = new HandleTable(options.Limits.MaxHandles);
        Quota = new Quota(options.Limits);
        Changes = new ChangeLog(options.Observer, Tree.Absent);
        Reply = new ReplyBuffer(output, Limits.MaxWrite);
        Watcher = options.AnnounceHostChanges ? ChangeWatcher.TryCreate(this) : null;
        Tree.Table.Removed = node =>
        {
            DirectoryDescriptors.Close(node);
            Watcher?.Unwatch(node);
        };
    }

    /// <summary>Held while a request is answered; the watcher and waiting locks take it in between.</summary>
    internal object Gate { get; } = new();

    internal WorkspaceServerOptions Options { get; }

    internal Output Output { get; }

    internal ReplyBuffer Reply { get; }

    internal FileTree Tree { get; }

    internal HandleTable Handles { get; }

    internal Quota Quota { get; }

    internal ChangeLog Changes { get; }

    internal ChangeWatcher? Watcher { get; }
}
