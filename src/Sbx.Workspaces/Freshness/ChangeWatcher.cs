using System.Runtime.InteropServices;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;

namespace Sbx.Workspaces.Freshness;

/// <summary>
/// Watches the directories the guest has looked into and tells the guest what changed on the host. An event says only where to
/// look: what is there now is compared with what the guest knows, so that the guest's own changes are no news to it and a
/// host's change right after one of them is.
/// </summary>
internal sealed unsafe class ChangeWatcher : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int BatchMilliseconds = 4;

    private readonly SessionState _session;
    private readonly Dictionary<int, Node> _watched = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private readonly Announcements _news;
    private readonly uint _wanted;
    private readonly int _inotify;
    private readonly int _stop;
    private Thread? _thread;

    private ChangeWatcher(SessionState session, int inotify, int stop)
    {
        (_session, _inotify, _stop) = (session, inotify, stop);
        // With short time-outs the end of a write is soon enough, and each write less to hear of.
        _wanted = INotify.Wanted | (session.Options.WatchedCacheTimeout is null ? 0 : INotify.Modify);
        _news = new Announcements(session.Output);
    }

    internal int Count => _watched.Count;

    /// <summary>A watcher, or null where the host has no watches left to give.</summary>
    internal static ChangeWatcher? TryCreate(SessionState session)
    {
        var inotify = Libc.INotifyInit(INotify.CloseOnExec | INotify.NonBlocking);
        if (inotify < 0)
            return null;
        var stop = Libc.EventFd(0, INotify.CloseOnExec);
        if (stop >= 0)
            return new ChangeWatcher(session, inotify, stop);
        Libc.Close(inotify);
        return null;
    }

    internal void Start() => _thread = ThreadIdentity.Start("sbx files watcher", 2 * 1024 * 1024, _session.Options.Owner, Loop);

    /// <summary>Watches a directory from now on, if there is room. Under the gate.</summary>
    internal void Watch(Node node, int fd)
    {
        if (node.Watch != -1)
            return;
        node.Watch = -2;
        if (_watched.Count >= _session.Options.Limits.MaxWatches)
            return;
        var path = new ProcPath(fd);
        var watch = Libc.INotifyAddWatch(_inotify, path.Pointer, _wanted);
        if (watch < 0)
            return;
        // One inode has one watch: a directory reached through two roots is announced through the first alone.
        if (_watched.TryAdd(watch, node))
            node.Watch = watch;
    }

    /// <summary>The guest has forgotten the directory. Under the gate.</summary>
    internal void Unwatch(Node node)
    {
        if (node.Watch < 0 || !_watched.Remove(node.Watch))
            return;
        _ = Libc.INotifyRemoveWatch(_inotify, node.Watch);
        node.Watch = -1;
    }

    public void Dispose()
    {
        var one = 1UL;
        _ = Libc.Write(_stop, (byte*)&one, sizeof(ulong));
        _thread?.Join();
        Libc.Close(_stop);
        Libc.Close(_inotify);
    }

    private void Loop()
    {
        var wait = stackalloc PollFd[2];
        while (true)
        {
            wait[0] = new PollFd { Fd = _inotify, Events = PollFd.In };
            wait[1] = new PollFd { Fd = _stop, Events = PollFd.In };
            if (Libc.Poll(wait, 2, -1) < 0 && Libc.LastError != Errno.EINTR)
                return;
            if (wait[1].Returned != 0)
                return;
            // Gathers what belongs together, and keeps a guest's own burst of changes from waking this thread each time.
            Thread.Sleep(BatchMilliseconds);
            var buffer = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0);
            var count = (int)Libc.Read(_inotify, buffer, BufferSize);
            for (var at = 0; at + sizeof(INotifyEvent) <= count;)
            {
                var change = *(INotifyEvent*)(buffer + at);
                Handle(change, buffer + at + sizeof(INotifyEvent));
                at += sizeof(INotifyEvent) + (int)change.NameLength;
            }

            lock (_session.Gate)
            {
                // Answers first: they may hold what the announcements take back.
                _session.Reply.Flush();
                _news.Flush();
            }
        }
    }

    private void Handle(in INotifyEvent change, byte* namePointer)
    {
        lock (_session.Gate)
        {
            if ((change.Mask & INotify.Overflow) != 0)
            {
                _session.Tree.Descriptors.Distrust();
                EverythingChanged();
                return;
            }

            if (!_watched.TryGetValue(change.Watch, out var directory))
                return;
            if ((change.Mask & INotify.Ignored) != 0)
            {
                _watched.Remove(change.Watch);
                directory.Watch = -1;
                return;
            }

            if (change.NameLength == 0)
                return;
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(namePointer);
            if ((change.Mask & (INotify.MovedFrom | INotify.IsDirectory)) == (INotify.MovedFrom | INotify.IsDirectory))
                _session.Tree.Descriptors.Distrust();
            if (directory.Kind == NodeKind.RootParent)
                RootFileChanged(directory, name, change.Mask);
            else if (directory.Lookups > 0)
                EntryChanged(directory, name, namePointer, change.Mask);
        }
    }

    // A root that is one file has another name in the guest.
    private void RootFileChanged(Node directory, ReadOnlySpan<byte> name, uint mask)
    {
        var root = directory.Root!;
        if (!root.FileName.AsSpan(0, root.FileName.Length - 1).SequenceEqual(name))
            return;
        Statx stat;
        fixed (byte* bytes = root.FileName)
        {
            var exists = _session.Tree.StatChild(directory, directory.Descriptor, bytes, &stat) == 0;
            if (exists && _session.Tree.Table.Find(NodeKey.Of(root, stat)) is { Lookups: > 0 } node)
                StateChanged(node, stat, mask);
            else
                _news.EntryChanged(1, root.IndexName);
        }
    }

    private void EntryChanged(Node directory, ReadOnlySpan<byte> name, byte* namePointer, uint mask)
    {
        Statx stat = default;
        var isAbsent = _session.Tree.Absent.Contains(directory.Watch, name);
        var error = _session.Tree.Use(directory, out var fd);
        if (error == 0)
            error = _session.Tree.StatChild(directory, fd, namePointer, &stat);
        if (error == Errno.ENOENT && isAbsent)
            return;
        if (error == 0 && !isAbsent && _session.Tree.Table.Find(NodeKey.Of(directory.Root!, stat)) is { Lookups: > 0 } node
            && node.IsNamed(directory, name))
        {
            StateChanged(node, stat, mask);
            return;
        }

        // Events of content alone tell nothing of names, and a guest that has not asked yet needs no news.
        if ((mask & INotify.Names) == 0)
            return;
        _news.EntryChanged(directory.Id, name);
        _news.InodeChanged(directory.Id, content: false);
    }

    private void StateChanged(Node node, in Statx stat, uint mask)
    {
        if (!node.Knows(stat) && !(mask == INotify.Modify && IsWriting(node)))
            _news.InodeChanged(node.Id, content: (mask & ~INotify.IsDirectory) != INotify.Attributes);
    }

    // Events were lost, so anything may have changed.
    private void EverythingChanged()
    {
        foreach (var node in _session.Tree.Table.Known)
        {
            if (node.Name is { Parent.Lookups: > 0 } name)
                _news.EntryChanged(name.Parent.Id, name.Bytes.AsSpan(0, name.Bytes.Length - 1));
            _news.InodeChanged(node.Id, content: true);
        }
    }

    // While the guest itself writes, its own writes cannot be told from others'; closing the file is told in any case.
    private static bool IsWriting(Node node)
    {
        for (var handle = node.Handles; handle is not null; handle = handle.Next)
        {
            if (handle.IsDirty)
                return true;
        }

        return false;
    }
}
