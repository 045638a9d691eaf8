using Sbx.Workspaces.Handles;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>GETATTR, SETATTR, READLINK, STATFS.</summary>
internal sealed unsafe class Attributes(SessionState session)
{
    private const SetAttrValid Times =
        SetAttrValid.AccessTime | SetAttrValid.ModificationTime | SetAttrValid.AccessTimeNow | SetAttrValid.ModificationTimeNow;

    private readonly FileTree _tree = session.Tree;
    private readonly ReplyBuffer _reply = session.Reply;

    internal int Get(ref Request request)
    {
        _ = request.Take<GetAttrIn>();
        request.End();
        if (_tree.Table.Find(request.Header.NodeId) is not { } node)
            return Errno.ESTALE;
        if (node.Kind is NodeKind.Top or NodeKind.MountPoint)
        {
            var inode = node.Kind == NodeKind.Top ? 1 : _tree.View.Inode(node.Key.Device, node.Key.Inode);
            _reply.Put(_tree.Attributes(node, AttributeView.MadeUp(inode, node.Type)));
            return Outcome.Done;
        }

        Statx stat;
        var error = _tree.Stat(node, &stat);
        return error != 0 ? error : Answer(node, stat);
    }

    internal int Set(ref Request request)
    {
        var set = request.Take<SetAttrIn>();
        request.End();
        if (_tree.Table.Find(request.Header.NodeId) is not { } node)
            return Errno.ESTALE;
        if (node.Root is null || node.Root.ReadOnly || node.Kind == NodeKind.MountPoint)
            return Errno.EROFS;
        Handle? handle = null;
        if ((set.Valid & SetAttrValid.Handle) != 0)
        {
            handle = session.Handles.Find(set.Handle, node.Id);
            if (handle is null)
                return Errno.EBADF;
        }

        var error = _tree.Pin(node, out var pinned);
        if (error != 0)
            return error;
        using (pinned)
        {
            Statx stat;
            error = Beneath.Stat(pinned.Fd, &stat);
            if (error == 0)
                error = Apply(node, set, handle, pinned, stat);
            if (error == 0)
                error = Beneath.Stat(pinned.Fd, &stat);
            return error != 0 ? error : Answer(node, stat);
        }
    }

    internal int ReadLink(ref Request request)
    {
        request.End();
        if (_tree.Table.Find(request.Header.NodeId) is not { } node)
            return Errno.ESTALE;
        if (node.Type != ModeBits.Symlink)
            return Errno.EINVAL;
        var error = _tree.Pin(node, out var pinned);
        if (error != 0)
            return error;
        using (pinned)
        {
            byte empty = 0;
            var length = Libc.ReadLinkAt(pinned.Fd, &empty, _reply.Payload, 4096);
            if (length < 0)
                return Libc.LastError;
            _reply.Length = (int)length;
            return Outcome.Done;
        }
    }

    internal int StatFs(ref Request request)
    {
        request.End();
        if (_tree.Table.Find(request.Header.NodeId) is not { } node)
            return Errno.ESTALE;
        var root = node.Root ?? (_tree.Roots.Count > 0 ? _tree.Roots[0] : null);
        StatFs fs = default;
        if (root is not null && Libc.FStatFs(root.Anchor.Descriptor, &fs) != 0)
            return Libc.LastError;
        _reply.Put(new StatFsOut
        {
            Blocks = fs.Blocks,
            BlocksFree = fs.BlocksFree,
            BlocksAvailable = fs.BlocksAvailable,
            Files = fs.Files,
            FilesFree = fs.FilesFree,
            BlockSize = (uint)fs.BlockSize,
            NameLength = Name.MaxLength,
            FragmentSize = (uint)fs.FragmentSize,
        });
        return Outcome.Done;
    }

    private int Apply(Node node, in SetAttrIn set, Handle? handle, PinnedFile pinned, in Statx stat)
    {
        var valid = set.Valid;
        var owner = (valid & (SetAttrValid.Uid | SetAttrValid.Gid)) != 0;
        if (owner && !KeepsOwner(set, stat))
            return Errno.EPERM;
        if ((valid & (SetAttrValid.Mode | SetAttrValid.Size | Times)) == 0)
            return Outcome.Done;
        if (!_tree.MayChange(node, stat))
            return Errno.EPERM;
        var error = (valid & SetAttrValid.Size) != 0 ? Truncate(node, set.Size, handle, pinned, stat) : 0;
        if (error == 0 && (valid & SetAttrValid.Mode) != 0)
            error = ChangeMode(node, set.Mode, pinned);
        if (error == 0 && (valid & Times) != 0)
            error = ChangeTimes(node, set, pinned);
        if (error == 0)
            session.Changes.Note(node, (valid & SetAttrValid.Size) != 0 ? WorkspaceChange.Written : WorkspaceChange.Attributes);
        return error;
    }

    // Ownership is the host's: what the guest asks for must be what it sees already.
    private bool KeepsOwner(in SetAttrIn set, in Statx stat)
    {
        _tree.View.Fill(stat, out var attr);
        uint? uid = (set.Valid & SetAttrValid.Uid) != 0 ? set.Uid : null;
        uint? gid = (set.Valid & SetAttrValid.Gid) != 0 ? set.Gid : null;
        return (uid is null || uid == attr.Uid) && (gid is null || gid == attr.Gid);
    }

    private int Truncate(Node node, ulong size, Handle? handle, PinnedFile pinned, in Statx stat)
    {
        if (node.Type != ModeBits.Regular || size > long.MaxValue)
            return Errno.EINVAL;
        if (handle is { CanWrite: true })
            return Libc.FTruncate(handle.Fd, (long)size) == 0 ? 0 : Libc.LastError;
        var error = Beneath.Reopen(pinned.Fd, OpenFlags.WriteOnly, out var fd);
        if (error != 0)
            return error;
        if ((stat.Mode & ModeBits.SetIds) != 0)
            _ = Libc.FChMod(fd, stat.Mode & ModeBits.PermissionMask & ~ModeBits.SetIds);
        error = Libc.FTruncate(fd, (long)size) == 0 ? 0 : Libc.LastError;
        Libc.Close(fd);
        return error;
    }

    private static int ChangeMode(Node node, uint mode, PinnedFile pinned)
    {
        if (node.Type == ModeBits.Symlink)
            return Errno.EOPNOTSUPP;
        // A directory's set-group bit only hands its group on; on files the set-id bits are never set.
        mode &= ModeBits.PermissionMask & ~(node.IsDirectory ? ModeBits.SetUserId : ModeBits.SetIds);
        if (!pinned.IsPath)
            return Libc.FChMod(pinned.Fd, mode) == 0 ? 0 : Libc.LastError;
        var path = new ProcPath(pinned.Fd);
        return Libc.ChMod(path.Pointer, mode) == 0 ? 0 : Libc.LastError;
    }

    private int ChangeTimes(Node node, in SetAttrIn set, PinnedFile pinned)
    {
        var times = stackalloc TimeSpec[2];
        times[0] = Time(set.Valid, SetAttrValid.AccessTime, SetAttrValid.AccessTimeNow, set.AccessTime, set.AccessNanoseconds);
        times[1] = Time(set.Valid, SetAttrValid.ModificationTime, SetAttrValid.ModificationTimeNow, set.ModificationTime, set.ModificationNanoseconds);
        if (!pinned.IsPath)
            return Libc.FUTimeNs(pinned.Fd, times) == 0 ? 0 : Libc.LastError;
        if (node.Type == ModeBits.Symlink)
        {
            // A link has no other way than its name; not followed, so at worst a link put in its place gets the times.
            var name = node.Name!.Value;
            var error = _tree.Use(name.Parent, out var fd);
            if (error != 0)
                return error;
            fixed (byte* bytes = name.Bytes)
                return Libc.UTimeNsAt(fd, bytes, times, Libc.AtSymlinkNoFollow) == 0 ? 0 : Libc.LastError;
        }

        var path = new ProcPath(pinned.Fd);
        return Libc.UTimeNsAt(Libc.AtFdCwd, path.Pointer, times, 0) == 0 ? 0 : Libc.LastError;
    }

    private static TimeSpec Time(SetAttrValid valid, SetAttrValid given, SetAttrValid now, long seconds, uint nanoseconds)
    {
        if ((valid & now) != 0)
            return new TimeSpec { Nanoseconds = TimeSpec.Now };
        return (valid & given) != 0 && nanoseconds < 1_000_000_000
            ? new TimeSpec { Seconds = seconds, Nanoseconds = nanoseconds }
            : new TimeSpec { Nanoseconds = TimeSpec.Omit };
    }

    private int Answer(Node node, in Statx stat)
    {
        node.Learn(stat);
        _tree.View.Fill(stat, out var attr);
        _reply.Put(_tree.Attributes(node, attr));
        return Outcome.Done;
    }
}
