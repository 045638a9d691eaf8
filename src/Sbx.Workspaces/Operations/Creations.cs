using Sbx.Workspaces.Native;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>SYMLINK, MKNOD, MKDIR, LINK: what makes a new name.</summary>
internal sealed unsafe class Creations(SessionState session)
{
    internal int Symlink(ref Request request)
    {
        var name = request.TakeName();
        var target = request.TakeText();
        request.End();
        var error = Begin(ref request, name, out var place);
        if (error != 0)
            return error;
        return Libc.SymlinkAt(target.Pointer, place.Fd, name.Pointer) == 0 ? Answer(place) : Libc.LastError;
    }

    internal int MkDir(ref Request request)
    {
        var make = request.Take<MkDirIn>();
        var name = request.TakeName();
        request.End();
        var error = Begin(ref request, name, out var place);
        if (error != 0)
            return error;
        return Libc.MkDirAt(place.Fd, name.Pointer, make.Mode & ModeBits.PermissionMask & ~ModeBits.SetUserId) == 0 ? Answer(place) : Libc.LastError;
    }

    internal int MkNod(ref Request request)
    {
        var make = request.Take<MkNodIn>();
        var name = request.TakeName();
        request.End();
        var type = make.Mode & ModeBits.TypeMask;
        // Devices are the host's; FIFOs and sockets are only names here, the guest's kernel gives them life.
        if (type is not (0 or ModeBits.Regular or ModeBits.Fifo or ModeBits.Socket))
            return Errno.EPERM;
        var error = Begin(ref request, name, out var place);
        if (error != 0)
            return error;
        return Libc.MkNodAt(place.Fd, name.Pointer, type | (make.Mode & ModeBits.AccessMask), 0) == 0 ? Answer(place) : Libc.LastError;
    }

    internal int Link(ref Request request)
    {
        var link = request.Take<LinkIn>();
        var name = request.TakeName();
        request.End();
        if (session.Tree.Table.Find(link.OldNodeId) is not { } node)
            return Errno.ESTALE;
        var error = Begin(ref request, name, out var place);
        if (error != 0)
            return error;
        if (node.IsDirectory)
            return Errno.EPERM;
        if (!ReferenceEquals(node.Root, place.Directory.Root) || node.Kind == Nodes.NodeKind.MountPoint)
            return Errno.EXDEV;
        error = session.Tree.Pin(node, out var pinned);
        if (error != 0)
            return error;
        using (pinned)
        {
            var path = new ProcPath(pinned.Fd);
            if (Libc.LinkAt(Libc.AtFdCwd, path.Pointer, place.Fd, name.Pointer, Libc.AtSymlinkFollow) != 0)
                return Libc.LastError;
        }

        error = Answer(place);
        // Both names are known to lie inside, and must stay known for as long as the session lasts.
        session.Tree.Table.Remember(node);
        return error;
    }

    private int Begin(ref Request request, Name name, out Place place)
    {
        var error = Place.ForChange(session, request.Header.NodeId, name, out place);
        return error != 0 ? error : session.Quota.TakeEntry() ? 0 : Errno.EDQUOT;
    }

    private int Answer(in Place place)
    {
        session.Changes.Note(place.Directory, place.Name.Span, WorkspaceChange.Created);
        Statx stat;
        var error = session.Tree.StatChild(place.Directory, place.Fd, place.Name.Pointer, &stat);
        if (error != 0)
            return error;
        if (session.Tree.Enter(place.Directory, place.Name, stat) is not { } node)
            return Errno.ENFILE;
        session.Reply.Put(session.Tree.Entry(node, stat));
        return Outcome.Done;
    }
}
