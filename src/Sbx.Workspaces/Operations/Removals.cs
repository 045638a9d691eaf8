using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>UNLINK, RMDIR, RENAME, RENAME2: what takes a name away.</summary>
internal sealed unsafe class Removals(SessionState session)
{
    internal int Unlink(ref Request request) => Remove(ref request, 0);

    internal int RmDir(ref Request request) => Remove(ref request, Libc.AtRemoveDir);

    internal int Rename(ref Request request)
    {
        var rename = request.Take<RenameIn>();
        return Rename(ref request, rename.NewDirectory, 0);
    }

    internal int Rename2(ref Request request)
    {
        var rename = request.Take<Rename2In>();
        return Rename(ref request, rename.NewDirectory, rename.Flags);
    }

    private int Remove(ref Request request, int flags)
    {
        var name = request.TakeName();
        request.End();
        var error = Place.ForChange(session, request.Header.NodeId, name, out var place);
        if (error != 0)
            return error;
        if (Libc.UnlinkAt(place.Fd, name.Pointer, flags) != 0)
            return Libc.LastError;
        session.Changes.Note(place.Directory, name.Span, WorkspaceChange.Removed);
        return Outcome.Done;
    }

    private int Rename(ref Request request, ulong newDirectory, uint flags)
    {
        var oldName = request.TakeName();
        var newName = request.TakeName();
        request.End();
        var error = Place.ForChange(session, request.Header.NodeId, oldName, out var from);
        if (error != 0)
            return error;
        error = Place.ForChange(session, newDirectory, newName, out var to);
        if (error != 0)
            return error;
        if (!ReferenceEquals(from.Directory.Root, to.Directory.Root))
            return Errno.EXDEV;
        if (flags is not (0 or RequestFlags.RenameNoReplace or RequestFlags.RenameExchange))
            return Errno.EINVAL;
        if (Libc.RenameAt2(from.Fd, oldName.Pointer, to.Fd, newName.Pointer, flags) != 0)
            return Libc.LastError;
        Follow(from, to);
        session.Changes.Note(to.Directory, newName.Span, WorkspaceChange.Created);
        if (flags == RequestFlags.RenameExchange)
        {
            Follow(to, from);
            session.Changes.Note(from.Directory, oldName.Span, WorkspaceChange.Created);
        }
        else
            session.Changes.Note(from.Directory, oldName.Span, WorkspaceChange.Removed);
        return Outcome.Done;
    }

    // The node goes with its name.
    private void Follow(in Place from, in Place to)
    {
        Statx stat;
        if (session.Tree.StatChild(to.Directory, to.Fd, to.Name.Pointer, &stat) == 0
            && session.Tree.Table.Find(NodeKey.Of(to.Directory.Root!, stat)) is { } node)
        {
            node.Learn(stat);
            session.Tree.Table.Renamed(node, from.Directory, from.Name.Span, to.Directory, to.Name.Span);
        }
    }
}
