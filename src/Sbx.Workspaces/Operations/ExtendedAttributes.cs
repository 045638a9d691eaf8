using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>
/// SETXATTR, GETXATTR, LISTXATTR, REMOVEXATTR for names beginning with "user."; the others carry the host's own security
/// decisions and do not exist for the guest.
/// </summary>
internal sealed unsafe class ExtendedAttributes(SessionState session)
{
    private readonly byte[] _list = new byte[Limits.MaxXattr];

    internal int Set(ref Request request)
    {
        var set = request.Take<SetXattrIn>();
        var name = request.TakeText();
        var value = request.TakeBytes(set.Size);
        request.End();
        if (!IsUser(name))
            return Errno.EOPNOTSUPP;
        if (set.Size > Limits.MaxXattr)
            return Errno.ERANGE;
        var error = PinForChange(ref request, out var node, out var pinned);
        if (error != 0)
            return error;
        using (pinned)
        {
            var path = new ProcPath(pinned.Fd);
            if (!session.Quota.TakeBytes(set.Size))
                return Errno.EDQUOT;
            if (Libc.SetXattr(path.Pointer, name.Pointer, value, set.Size, (int)set.Flags) != 0)
                return Libc.LastError;
        }

        session.Changes.Note(node, WorkspaceChange.Attributes);
        return Outcome.Done;
    }

    internal int Remove(ref Request request)
    {
        var name = request.TakeText();
        request.End();
        if (!IsUser(name))
            return Errno.EOPNOTSUPP;
        var error = PinForChange(ref request, out var node, out var pinned);
        if (error != 0)
            return error;
        using (pinned)
        {
            var path = new ProcPath(pinned.Fd);
            if (Libc.RemoveXattr(path.Pointer, name.Pointer) != 0)
                return Libc.LastError;
        }

        session.Changes.Note(node, WorkspaceChange.Attributes);
        return Outcome.Done;
    }

    internal int Get(ref Request request)
    {
        var get = request.Take<XattrSize>();
        var name = request.TakeText();
        request.End();
        // The kernel asks for security.* and system.* of every file it shows or runs; no system call is spent on it.
        if (!IsUser(name))
            return Errno.EOPNOTSUPP;
        var error = Pin(ref request, out _, out var pinned);
        if (error != 0)
            return error;
        using (pinned)
        {
            var path = new ProcPath(pinned.Fd);
            var reply = session.Reply;
            var size = Libc.GetXattr(path.Pointer, name.Pointer, reply.Payload, Math.Min(get.Size, Limits.MaxXattr));
            if (size < 0)
                return Libc.LastError;
            if (get.Size == 0)
                reply.Put(new XattrSize { Size = (uint)size });
            else
                reply.Length = (int)size;
            return Outcome.Done;
        }
    }

    internal int List(ref Request request)
    {
        var get = request.Take<XattrSize>();
        request.End();
        var reply = session.Reply;
        var error = Pin(ref request, out _, out var pinned);
        if (error is not (0 or Errno.EOPNOTSUPP))
            return error;
        nint size = 0;
        if (error == 0)
        {
            using (pinned)
            {
                var path = new ProcPath(pinned.Fd);
                fixed (byte* list = _list)
                    size = Libc.ListXattr(path.Pointer, list, Limits.MaxXattr);
            }
        }

        if (size < 0)
            return Libc.LastError;
        var names = CopyUserNames(_list.AsSpan(0, (int)size), new Span<byte>(reply.Payload, Limits.MaxXattr));
        if (get.Size == 0)
            reply.Put(new XattrSize { Size = (uint)names });
        else if (names > get.Size)
            return Errno.ERANGE;
        else
            reply.Length = names;
        return Outcome.Done;
    }

    private static int CopyUserNames(ReadOnlySpan<byte> list, Span<byte> target)
    {
        var used = 0;
        while (list.IndexOf((byte)0) is var length and >= 0)
        {
            if (list.StartsWith("user."u8))
            {
                list[..(length + 1)].CopyTo(target[used..]);
                used += length + 1;
            }

            list = list[(length + 1)..];
        }

        return used;
    }

    private static bool IsUser(Name name) => name.Length is > 5 and <= Name.MaxLength && name.Span.StartsWith("user."u8);

    private int PinForChange(ref Request request, out Node node, out PinnedFile pinned)
    {
        pinned = default;
        node = session.Tree.Table.Find(request.Header.NodeId)!;
        if (node is null)
            return Errno.ESTALE;
        if (node.Root is null || node.Root.ReadOnly)
            return Errno.EROFS;
        var error = Pin(ref request, out node, out pinned);
        if (error != 0)
            return error;
        Statx stat;
        error = Beneath.Stat(pinned.Fd, &stat);
        if (error == 0 && !session.Tree.MayChange(node, stat))
            error = Errno.EPERM;
        if (error != 0)
            pinned.Dispose();
        return error;
    }

    private int Pin(ref Request request, out Node node, out PinnedFile pinned)
    {
        pinned = default;
        node = session.Tree.Table.Find(request.Header.NodeId)!;
        if (node is null)
            return Errno.ESTALE;
        if (node.Kind is NodeKind.Top or NodeKind.MountPoint)
            return Errno.EOPNOTSUPP;
        // On links and special files the kernel knows no user attributes.
        return node.Type is ModeBits.Regular or ModeBits.Directory ? session.Tree.Pin(node, out pinned) : Errno.EOPNOTSUPP;
    }
}
