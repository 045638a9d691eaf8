using Sbx.Workspaces.Handles;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>OPEN, CREATE, RELEASE, FLUSH.</summary>
internal sealed unsafe class Opens(SessionState session, FileLocks locks)
{
    private readonly FileTree _tree = session.Tree;

    internal int Open(ref Request request)
    {
        var open = request.Take<OpenIn>();
        request.End();
        if (_tree.Table.Find(request.Header.NodeId) is not { } node)
            return Errno.ESTALE;
        var error = Open(node, (int)open.Flags, out var handle, out var flags);
        if (error != 0)
            return error;
        session.Reply.Put(new OpenOut { Handle = handle.Id, Flags = flags });
        return Outcome.Done;
    }

    internal int Create(ref Request request)
    {
        var create = request.Take<CreateIn>();
        var name = request.TakeName();
        request.End();
        var error = Place.ForChange(session, request.Header.NodeId, name, out var place);
        if (error != 0)
            return error;
        if (session.Handles.IsFull)
            return Errno.ENFILE;
        var access = (int)create.Flags & OpenFlags.AccessMode;
        if (access == OpenFlags.AccessMode)
            return Errno.EINVAL;
        if (!session.Quota.TakeEntry())
            return Errno.EDQUOT;
        var flags = HostFlags((int)create.Flags) | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow
            | OpenFlags.CloseOnExec | OpenFlags.NonBlock | OpenFlags.NoControllingTerminal;
        var fd = Libc.OpenAt(place.Fd, name.Pointer, flags, create.Mode & ModeBits.AccessMask);
        if (fd < 0)
        {
            error = Libc.LastError;
            return error == Errno.EEXIST && (create.Flags & OpenFlags.Exclusive) == 0 ? OpenExisting(place, (int)create.Flags) : error;
        }

        session.Changes.Note(place.Directory, name.Span, WorkspaceChange.Created);
        Statx stat;
        error = Beneath.Stat(fd, &stat);
        var node = error == 0 ? _tree.Enter(place.Directory, name, stat) : null;
        if (node is null)
        {
            Libc.Close(fd);
            return error != 0 ? error : Errno.ENFILE;
        }

        Answer(node, stat, session.Handles.Add(node, fd, access), NoFlush(access));
        return Outcome.Done;
    }

    internal int Release(ref Request request)
    {
        var release = request.Take<ReleaseIn>();
        request.End();
        if (session.Handles.Find(release.Handle, request.Header.NodeId) is not { } handle)
            return Errno.EBADF;
        Close(handle);
        return Outcome.Done;
    }

    internal int Flush(ref Request request)
    {
        var flush = request.Take<FlushIn>();
        request.End();
        if (session.Handles.Find(flush.Handle, request.Header.NodeId) is not { } handle)
            return Errno.EBADF;
        locks.Drop(handle.Node, flush.LockOwner);
        if (!handle.IsDirty)
            return Outcome.Done;
        // Network file systems and quotas report a failed write when a descriptor is closed.
        var copy = Libc.Dup(handle.Fd);
        return copy >= 0 && Libc.Close(copy) != 0 ? Libc.LastError : Outcome.Done;
    }

    private void Close(Handle handle)
    {
        var node = handle.Node;
        locks.Released(handle);
        if (handle.IsDirty)
        {
            session.Changes.Note(node, WorkspaceChange.Written);
            LearnState(handle);
        }

        session.Handles.Remove(handle);
        locks.Retry();
        _tree.Table.RemoveIfUnused(node);
    }

    private int OpenExisting(in Place place, int flags)
    {
        Statx stat;
        var error = _tree.StatChild(place.Directory, place.Fd, place.Name.Pointer, &stat);
        if (error != 0)
            return error;
        if (stat.Type == ModeBits.Symlink)
            return Errno.ELOOP;
        if (_tree.Enter(place.Directory, place.Name, stat) is not { } node)
            return Errno.ENFILE;
        error = Open(node, flags, out var handle, out var replyFlags);
        if (error != 0)
        {
            _tree.Table.Forget(node.Id, 1);
            return error;
        }

        error = Beneath.Stat(handle.Fd, &stat);
        Answer(node, stat, handle, replyFlags);
        return error;
    }

    private void Answer(Node node, in Statx stat, Handle handle, OpenReplyFlags flags) =>
        session.Reply.Put(new CreateOut { Entry = _tree.Entry(node, stat), Open = new OpenOut { Handle = handle.Id, Flags = flags } });

    private int Open(Node node, int flags, out Handle handle, out OpenReplyFlags replyFlags)
    {
        (handle, replyFlags) = (null!, OpenReplyFlags.None);
        var access = flags & OpenFlags.AccessMode;
        var truncates = (flags & OpenFlags.Truncate) != 0;
        var writes = access != OpenFlags.ReadOnly || truncates;
        if (node.IsDirectory)
            return Errno.EISDIR;
        // FIFOs, sockets and devices of the host are shown but never opened: that would reach whoever is behind them.
        if (node.Type != ModeBits.Regular || node.Kind != NodeKind.Ordinary)
            return Errno.EACCES;
        if (access == OpenFlags.AccessMode)
            return Errno.EINVAL;
        if (writes && node.Root!.ReadOnly)
            return Errno.EROFS;
        if (session.Handles.IsFull)
            return Errno.ENFILE;
        var error = _tree.Pin(node, out var pinned);
        if (error != 0)
            return error;
        using (pinned)
        {
            Statx stat;
            error = Beneath.Stat(pinned.Fd, &stat);
            if (error != 0)
                return error;
            if (writes && !_tree.MayChange(node, stat))
                return Errno.EPERM;
            error = Beneath.Reopen(pinned.Fd, HostFlags(flags) | (truncates ? OpenFlags.Truncate : 0), out var fd);
            if (error != 0)
                return error;
            if (writes && (stat.Mode & ModeBits.SetIds) != 0)
                _ = Libc.FChMod(fd, stat.Mode & ModeBits.PermissionMask & ~ModeBits.SetIds);
            handle = session.Handles.Add(node, fd, access);
            replyFlags = NoFlush(access) | KeepCache(node, stat, truncates);
            if (truncates)
            {
                session.Changes.Note(node, WorkspaceChange.Written);
                LearnState(handle);
            }

            return 0;
        }
    }

    // What the guest has made of the file is no news to it.
    private static void LearnState(Handle handle)
    {
        Statx stat;
        if (Beneath.Stat(handle.Fd, &stat) == 0)
            handle.Node.Learn(stat);
    }

    // Pages the guest has cached stay good while the file is as it was at the last open.
    private static OpenReplyFlags KeepCache(Node node, in Statx stat, bool truncates)
    {
        var content = (stat.Modification.Seconds, stat.Modification.Nanoseconds, stat.Size);
        if (!truncates && node.CachedContent == content)
            return OpenReplyFlags.KeepCache;
        node.CachedContent = truncates ? default : content;
        return OpenReplyFlags.None;
    }

    // Saves the round trip of FLUSH at each close of a file that was only read; its locks go with RELEASE.
    private static OpenReplyFlags NoFlush(int access) => access == OpenFlags.ReadOnly ? OpenReplyFlags.NoFlush : OpenReplyFlags.None;

    private static int HostFlags(int flags) => flags & (OpenFlags.AccessMode | OpenFlags.Append | OpenFlags.Sync);
}
