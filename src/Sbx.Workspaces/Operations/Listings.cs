using System.Buffers.Text;
using Sbx.Workspaces.Handles;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>OPENDIR, READDIR, READDIRPLUS, RELEASEDIR.</summary>
internal sealed unsafe class Listings(SessionState session)
{
    private readonly FileTree _tree = session.Tree;

    internal int Open(ref Request request)
    {
        _ = request.Take<OpenIn>();
        request.End();
        if (_tree.Table.Find(request.Header.NodeId) is not { } node)
            return Errno.ESTALE;
        if (!node.IsDirectory)
            return Errno.ENOTDIR;
        if (session.Handles.IsFull)
            return Errno.ENFILE;
        var fd = -1;
        if (node.Kind is not (NodeKind.Top or NodeKind.MountPoint))
        {
            var error = _tree.Use(node, out var directory);
            if (error != 0)
                return error;
            session.Watcher?.Watch(node, directory);
            var dot = stackalloc byte[2] { (byte)'.', 0 };
            fd = Libc.OpenAt(directory, dot, OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
            if (fd < 0)
                return Libc.LastError;
        }

        var handle = session.Handles.Add(node, fd, OpenFlags.AccessMode);
        if (fd >= 0)
            handle.Listing = new DirectoryStream(fd);
        session.Reply.Put(new OpenOut { Handle = handle.Id });
        return Outcome.Done;
    }

    internal int Release(ref Request request)
    {
        var release = request.Take<ReleaseIn>();
        request.End();
        if (session.Handles.Find(release.Handle, request.Header.NodeId) is not { } handle)
            return Errno.EBADF;
        session.Handles.Remove(handle);
        _tree.Table.RemoveIfUnused(handle.Node);
        return Outcome.Done;
    }

    internal int Read(ref Request request, bool withAttributes)
    {
        var read = request.Take<ReadIn>();
        request.End();
        if (session.Handles.Find(read.Handle, request.Header.NodeId) is not { } handle || !handle.Node.IsDirectory)
            return Errno.EBADF;
        var room = (int)Math.Min(read.Size, Limits.MaxWrite);
        if (handle.Listing is not { } stream)
            return handle.Node.Kind == NodeKind.Top ? ReadTop(read.Offset, room, withAttributes) : Outcome.Done;
        // Also sees to it that a directory moved out of its root is no longer listed.
        var error = _tree.Use(handle.Node, out _);
        if (error == 0)
            error = stream.Seek((long)read.Offset);
        if (error != 0)
            return error;
        var reply = session.Reply;
        while (stream.Peek(out var entry, out error))
        {
            var name = new Name(entry.Name, entry.NameLength);
            var size = EntrySize(name.Length, withAttributes);
            if (reply.Length + size > room)
                break;
            if (withAttributes)
                reply.Put(entry.IsDots ? default : Look(handle, entry.Name, name));
            var inode = entry.IsDots ? handle.Node.Key.Inode : entry.Inode;
            PutEntry(reply, _tree.View.Inode(handle.Node.Key.Device, inode), (ulong)entry.Cookie, entry.Type, name.Span);
            stream.Advance(entry);
        }

        return reply.Length > 0 ? Outcome.Done : error;
    }

    private EntryOut Look(Handle handle, byte* pointer, Name name)
    {
        Statx stat;
        var error = _tree.StatChild(handle.Node, handle.Fd, pointer, &stat);
        // Without a node the guest looks the name up itself, when it wants to.
        return error == 0 && _tree.Enter(handle.Node, name, stat) is { } node ? _tree.Entry(node, stat) : default;
    }

    private int ReadTop(ulong offset, int room, bool withAttributes)
    {
        var reply = session.Reply;
        Span<byte> name = stackalloc byte[11];
        for (; offset < (ulong)_tree.Roots.Count; offset++)
        {
            Utf8Formatter.TryFormat((uint)offset, name, out var length);
            if (reply.Length + EntrySize(length, withAttributes) > room)
                break;
            if (withAttributes)
                reply.Put(default(EntryOut));
            var root = _tree.Roots[(int)offset];
            PutEntry(reply, offset + 2, offset + 1, (root.IsFile ? ModeBits.Regular : ModeBits.Directory) >> 12, name[..length]);
        }

        return Outcome.Done;
    }

    private static int EntrySize(int nameLength, bool withAttributes) =>
        (withAttributes ? sizeof(EntryOut) : 0) + ((sizeof(DirectoryEntry) + nameLength + 7) & ~7);

    private static void PutEntry(ReplyBuffer reply, ulong inode, ulong cookie, uint type, ReadOnlySpan<byte> name)
    {
        reply.Put(new DirectoryEntry { Inode = inode, Offset = cookie, NameLength = (uint)name.Length, Type = type });
        var padded = (name.Length + 7) & ~7;
        var target = new Span<byte>(reply.Payload + reply.Length, padded);
        name.CopyTo(target);
        target[name.Length..].Clear();
        reply.Length += padded;
    }
}
