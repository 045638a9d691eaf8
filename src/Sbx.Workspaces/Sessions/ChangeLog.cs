using Sbx.Workspaces.Freshness;
using Sbx.Workspaces.Nodes;

namespace Sbx.Workspaces.Sessions;

/// <summary>Notes what the guest changes: the names it takes for absent, and for the observer. Used under the session's gate.</summary>
internal sealed class ChangeLog(IWorkspaceObserver? observer, AbsentNames absent)
{
    private readonly byte[] _path = new byte[8192];

    /// <summary>Something happened to a name.</summary>
    internal void Note(Node directory, ReadOnlySpan<byte> name, WorkspaceChange change)
    {
        if (change == WorkspaceChange.Removed)
            absent.Add(directory.Watch, name);
        else if (change == WorkspaceChange.Created)
            absent.Remove(directory.Watch, name);
        if (observer is not null && directory.Root is not null)
            Tell(directory, name, change);
    }

    /// <summary>Something happened to a node, under the name it was last seen by.</summary>
    internal void Note(Node node, WorkspaceChange change)
    {
        if (node.Kind == NodeKind.RootDirectory)
            observer?.OnChanged(node.Root!.Index, [], change);
        else if (node.Name is { } name)
            Note(name.Parent, name.Bytes.AsSpan(0, name.Bytes.Length - 1), change);
    }

    private void Tell(Node directory, ReadOnlySpan<byte> name, WorkspaceChange change)
    {
        var at = _path.Length;
        if (!Prepend(ref at, name))
            return;
        if (directory.Kind == NodeKind.RootParent)
            at = _path.Length;
        for (var node = directory; node.Kind == NodeKind.Ordinary;)
        {
            var part = node.Name!.Value;
            _path[--at] = (byte)'/';
            if (!Prepend(ref at, part.Bytes.AsSpan(0, part.Bytes.Length - 1)))
                return;
            node = part.Parent;
        }

        observer!.OnChanged(directory.Root!.Index, _path.AsSpan(at), change);
    }

    // Leaves room for the slash before it; a path too long to tell is not told of (it cannot be opened by path either).
    private bool Prepend(ref int at, ReadOnlySpan<byte> part)
    {
        if (at < part.Length + 1)
            return false;
        at -= part.Length;
        part.CopyTo(_path.AsSpan(at));
        return true;
    }
}
