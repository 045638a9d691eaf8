using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Nodes;

/// <summary>
/// The held O_PATH descriptors of directories, at most a given number. A directory that lost its descriptor is opened
/// again one component beneath its parent's and must still be the same directory, so closing one opens no race.
/// Used under the session's gate.
/// </summary>
internal sealed unsafe class DirectoryDescriptors(int limit, TimeProvider time)
{
    /// <summary>Deepest directory that is opened again after its descriptor was closed; also what ends every walk up.</summary>
    internal const int MaxDepth = 1024;


    private readonly Queue<Node> _held = new();
    private readonly byte[] _rootPath = new byte[4096];
    private readonly byte[] _path = new byte[4096];
    private ulong _request;
    private long _checkAfter = long.MinValue;

    internal int Count => _held.Count;

    /// <summary>A new request begins: directories it uses are not closed before it ends.</summary>
    internal void Begin() => _request++;

    /// <summary>Has every directory checked again before its next use: something was moved on the host.</summary>
    internal void Distrust() => _checkAfter = time.GetTimestamp();

    /// <summary>The descriptor of <paramref name="node"/>, which lies beneath its root; or an error number.</summary>
    internal int Use(Node node, out int fd) => Use(node, 0, out fd);

    /// <summary>Closes the descriptor of a node that goes.</summary>
    internal static void Close(Node node)
    {
        if (node.Descriptor < 0)
            return;
        Libc.Close(node.Descriptor);
        node.Descriptor = -1;
    }

    /// <summary>Closes all but the roots' own.</summary>
    internal void CloseAll()
    {
        while (_held.TryDequeue(out var node))
            Close(node);
    }

    private int Use(Node node, int depth, out int fd)
    {
        fd = node.Descriptor;
        if (fd < 0)
        {
            var error = Reopen(node, depth, out fd);
            if (error != 0)
                return error;
        }

        node.LastUse = _request;
        if (node.Kind != NodeKind.Ordinary)
            return 0;
        var now = time.GetTimestamp();
        if (node.BeneathCheckedAt > _checkAfter && now - node.BeneathCheckedAt < time.TimestampFrequency)
            return 0;
        if (!IsBeneath(node))
            return Errno.ESTALE;
        node.BeneathCheckedAt = now;
        return 0;
    }

    private int Reopen(Node node, int depth, out int fd)
    {
        fd = -1;
        if (!node.IsDirectory)
            return Errno.ENOTDIR;
        if (node.Kind != NodeKind.Ordinary || node.Name is not { } name || depth > MaxDepth)
            return Errno.ESTALE;
        var error = Use(name.Parent, depth + 1, out var parent);
        if (error != 0)
            return error;
        fixed (byte* bytes = name.Bytes)
            error = Beneath.OpenPath(parent, bytes, OpenFlags.Directory, out fd);
        if (error != 0)
            return error;
        Statx stat;
        error = Beneath.Stat(fd, &stat);
        if (error != 0 || NodeKey.Of(node.Root!, stat) != node.Key)
        {
            Libc.Close(fd);
            return error != 0 ? error : Errno.ESTALE;
        }

        node.Descriptor = fd;
        node.LastUse = _request;
        _held.Enqueue(node);
        Shrink();
        return 0;
    }

    // Second chance: the oldest goes unless this request or one shortly before used it.
    private void Shrink()
    {
        for (var tries = _held.Count; _held.Count > limit && tries > 0; tries--)
        {
            var oldest = _held.Dequeue();
            if (oldest.Descriptor < 0)
                continue;
            if (_request - oldest.LastUse <= (ulong)limit / 4)
                _held.Enqueue(oldest);
            else
                Close(oldest);
        }
    }

    // A directory that was moved out of its root on the host must not stay open to the guest: the kernel's own idea of
    // where the descriptor lies is compared with that of the root.
    private bool IsBeneath(Node node)
    {
        var root = ReadLink(node.Root!.Anchor.Descriptor, _rootPath);
        var length = ReadLink(node.Descriptor, _path);
        if (root <= 0 || length <= root)
            return false;
        var rootPath = _rootPath.AsSpan(0, root);
        return _path.AsSpan(0, root).SequenceEqual(rootPath) && (_path[root] == (byte)'/' || rootPath is [(byte)'/']);
    }

    private static int ReadLink(int fd, byte[] target)
    {
        var link = new ProcPath(fd);
        fixed (byte* bytes = target)
        {
            var length = Libc.ReadLinkAt(Libc.AtFdCwd, link.Pointer, bytes, (nuint)target.Length);
            return length >= target.Length ? -1 : (int)length;
        }
    }
}
