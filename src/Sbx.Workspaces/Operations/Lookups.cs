using System.Buffers.Text;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>LOOKUP, FORGET, BATCH_FORGET.</summary>
internal sealed unsafe class Lookups(SessionState session)
{
    private readonly FileTree _tree = session.Tree;
    private readonly ReplyBuffer _reply = session.Reply;

    internal int Lookup(ref Request request)
    {
        var name = request.TakeName();
        request.End();
        if (_tree.Table.Find(request.Header.NodeId) is not { } directory)
            return Errno.ESTALE;
        if (!directory.IsDirectory)
            return Errno.ENOTDIR;
        if (name.IsTooLong)
            return Errno.ENAMETOOLONG;
        switch (directory.Kind)
        {
            case NodeKind.Top:
                return LookupRoot(name);
            case NodeKind.MountPoint:
                return Errno.ENOENT;
        }

        var error = _tree.Use(directory, out var fd);
        if (error != 0)
            return error;
        session.Watcher?.Watch(directory, fd);
        Statx stat;
        error = _tree.StatChild(directory, fd, name.Pointer, &stat);
        if (error == Errno.ENOENT && directory.Watch >= 0)
        {
            // Only where a later creation on the host will be announced.
            _reply.Put(_tree.NoEntry(directory, name));
            return Outcome.Done;
        }

        return error is 0 or Errno.EXDEV ? Answer(directory, name, stat, error == Errno.EXDEV) : error;
    }

    internal int Forget(ref Request request)
    {
        var forget = request.Take<ForgetIn>();
        request.End();
        _tree.Table.Forget(request.Header.NodeId, forget.Lookups);
        return Outcome.NoReply;
    }

    internal int BatchForget(ref Request request)
    {
        var batch = request.Take<BatchForgetIn>();
        if (batch.Count != (uint)request.Remaining / (uint)sizeof(ForgetOne))
            throw request.Malformed("holds another number of forgets than it says");
        for (var i = 0u; i < batch.Count; i++)
        {
            var one = request.Take<ForgetOne>();
            _tree.Table.Forget(one.NodeId, one.Lookups);
        }

        request.End();
        return Outcome.NoReply;
    }

    private int LookupRoot(Name name)
    {
        if (!Utf8Parser.TryParse(name.Span, out int index, out var used) || used != name.Length || index < 0 || index >= _tree.Roots.Count
            || (name.Span[0] == '0' && name.Length > 1) || name.Span[0] == '+')
            return Errno.ENOENT;
        var root = _tree.Roots[index];
        Statx stat;
        if (root.IsFile)
        {
            fixed (byte* bytes = root.FileName)
            {
                var error = _tree.StatChild(root.Anchor, root.Anchor.Descriptor, bytes, &stat);
                if (error != 0)
                    return error;
                session.Watcher?.Watch(root.Anchor, root.Anchor.Descriptor);
                // A root is a file or nothing: a link put in its place would lead somewhere else.
                return stat.Type == ModeBits.Regular ? Answer(root.Anchor, new Name(bytes, root.FileName.Length - 1), stat, false) : Errno.EACCES;
            }
        }

        var failed = Beneath.Stat(root.Anchor.Descriptor, &stat);
        if (failed != 0)
            return failed;
        root.Anchor.Lookups++;
        _reply.Put(_tree.Entry(root.Anchor, stat));
        return Outcome.Done;
    }

    private int Answer(Node directory, Name name, in Statx stat, bool isMountPoint)
    {
        if (_tree.Enter(directory, name, stat, isMountPoint) is not { } node)
            return Errno.ENFILE;
        _reply.Put(_tree.Entry(node, stat));
        return Outcome.Done;
    }
}
