using System.Runtime.InteropServices;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;

namespace Sbx.Workspaces.Freshness;

/// <summary>
/// Watches the directories the guest has looked into and tells the guest what changed on the host. It only makes fresh
/// sooner what the cache time-out makes fresh in any case, so a lost or overflowing queue costs nothing but that time.
/// </summary>
internal sealed unsafe class ChangeWatcher : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int BatchMilliseconds = 2;

    private readonly SessionState _session;
    private readonly EchoFilter _echoes;
    private readonly Dictionary<int, Node> _watched = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private readonly Announcements _news;
    private readonly int _inotify;
    private readonly int _stop;
    private Thread? _thread;

    private ChangeWatcher(SessionState session, EchoFilter echoes, int inotify, int stop)
    {
        (_session, _echoes, _inotify, _stop) = (session, echoes, inotify, stop);
        _news = new Announcements(session.Output);
    }

    internal int Count => _watched.Count;

    /// <summary>A watcher, or null where the host has no watches left to give.</summary>
    internal static ChangeWatcher? TryCreate(SessionState session, EchoFilter echoes)
    {
        var inotify = Libc.INotifyInit(INotify.CloseOnExec | INotify.NonBlocking);
        if (inotify < 0)
            return null;
        var stop = Libc.EventFd(0, INotify.CloseOnExec);
        if (stop >= 0)
            return new ChangeWatcher(session, echoes, inotify, stop);
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
        var watch = Libc.INotifyAddWatch(_inotify, path.Pointer, INotify.Wanted);
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

            _news.Flush();
        }
    }

    private void Handle(in INotifyEvent change, byte* namePointer)
    {
        lock (_session.Gate)
        {
            if ((change.Mask & INotify.Overflow) != 0)
            {
                _session.Tree.Descriptors.Distrust();
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
            if (_echoes.IsEcho(change.Watch, name))
                return;
            if ((change.Mask & (INotify.MovedFrom | INotify.IsDirectory)) == (INotify.MovedFrom | INotify.IsDirectory))
                _session.Tree.Descriptors.Distrust();
            if ((change.Mask & INotify.Names) != 0)
                NamesChanged(directory, name);
            else
                ContentChanged(directory, namePointer, (change.Mask & INotify.CloseWrite) != 0);
        }
    }

    private void NamesChanged(Node directory, ReadOnlySpan<byte> name)
    {
        if (directory.Kind == NodeKind.RootParent)
        {
            if (directory.Root!.FileName.AsSpan(0, directory.Root.FileName.Length - 1).SequenceEqual(name))
                _news.EntryChanged(1, directory.Root.IndexName);
        }
        else if (directory.Lookups > 0)
        {
            _news.EntryChanged(directory.Id, name);
            _news.InodeChanged(directory.Id, content: false);
        }
    }

    private void ContentChanged(Node directory, byte* name, bool content)
    {
        Statx stat;
        if (_session.Tree.Use(directory, out var fd) == 0 && _session.Tree.StatChild(directory, fd, name, &stat) == 0
            && _session.Tree.Table.Find(NodeKey.Of(directory.Root!, stat)) is { Lookups: > 0 } node)
            _news.InodeChanged(node.Id, content);
    }
}
