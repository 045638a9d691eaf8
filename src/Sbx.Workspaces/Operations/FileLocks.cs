using Sbx.Workspaces.Handles;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>
/// GETLK, SETLK, SETLKW. A guest's record locks become open-file-description locks on the host, one description per file
/// and lock owner, so they exclude programs on the host and each other as if all ran on one machine; flock locks sit on the
/// open file itself. Nothing blocks: a request that must wait is tried again after every unlock, and in short intervals
/// for locks held on the host.
/// </summary>
internal sealed unsafe class FileLocks(SessionState session) : IDisposable
{
    private const int Exclusive = 2;
    private const int Shared = 1;
    private const int NonBlocking = 4;
    private const int Unlock = 8;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    private readonly Dictionary<(Node Node, ulong Owner), LockOwner> _owners = [];
    private readonly List<Waiter> _waiters = [];
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _retrying;

    internal int Get(ref Request request)
    {
        var ask = request.Take<LockIn>();
        request.End();
        if (session.Handles.Find(ask.Handle, request.Header.NodeId) is not { Fd: >= 0 } handle || handle.Node.IsDirectory)
            return Errno.EBADF;
        var error = ToHost(ask.Lock, out var host);
        if (error != 0)
            return error;
        var owned = _owners.TryGetValue((handle.Node, ask.Owner), out var owner);
        var fd = owned ? owner!.Fd : OpenDescription(handle);
        if (fd < 0)
            return Libc.LastError;
        error = Libc.FCntl(fd, Libc.OfdGetLock, &host) == 0 ? 0 : Libc.LastError;
        if (!owned)
            Libc.Close(fd);
        if (error != 0)
            return error;
        // The holder's process id would be one of the host's, which means nothing in the guest.
        session.Reply.Put(new WireLock
        {
            Start = (ulong)host.Start,
            End = host.Length == 0 ? long.MaxValue : (ulong)(host.Start + host.Length - 1),
            Type = (uint)host.Type,
        });
        return Outcome.Done;
    }

    internal int Set(ref Request request, bool wait)
    {
        var ask = request.Take<LockIn>();
        request.End();
        if (session.Handles.Find(ask.Handle, request.Header.NodeId) is not { Fd: >= 0 } handle || handle.Node.IsDirectory)
            return Errno.EBADF;
        var error = ToHost(ask.Lock, out var host);
        if (error != 0)
            return error;
        var isFlock = (ask.Flags & RequestFlags.LockFlock) != 0;
        if (!isFlock && ((host.Type == FileLock.Write && !handle.CanWrite) || (host.Type == FileLock.Read && !handle.CanRead)))
            return Errno.EBADF;
        error = Owner(handle, ask.Owner, isFlock, host.Type, out var fd);
        if (error != 0 || fd < 0)
            return error;
        var waiter = new Waiter(request.Header.Unique, handle, ask.Owner, fd, host, isFlock);
        error = Try(waiter);
        if (error == 0 && host.Type == FileLock.Unlock)
            Retry();
        if (error != Errno.EAGAIN || !wait)
            return error;
        if (_waiters.Count >= session.Options.Limits.MaxBlockedLocks)
            return Errno.ENOLCK;
        _waiters.Add(waiter);
        StartRetrying();
        return Outcome.NoReply;
    }

    /// <summary>A waiting request is given up by the guest.</summary>
    internal int Interrupt(ref Request request)
    {
        var interrupt = request.Take<InterruptIn>();
        request.End();
        End(waiter => waiter.Unique == interrupt.Unique);
        return Outcome.NoReply;
    }

    /// <summary>A process closed a descriptor of the file, and so lost its record locks on it.</summary>
    internal void Drop(Node node, ulong owner)
    {
        if (_owners.Count == 0 || !_owners.Remove((node, owner), out var dropped))
            return;
        End(waiter => waiter.Fd == dropped.Fd);
        Close(node, dropped);
    }

    /// <summary>An open file goes, and with it its flock lock and what was locked through it alone.</summary>
    internal void Released(Handle handle)
    {
        if (_waiters.Count > 0)
            End(waiter => ReferenceEquals(waiter.Handle, handle));
        if (_owners.Count > 0)
        {
            foreach (var (key, owner) in _owners)
            {
                if (ReferenceEquals(owner.Handle, handle) && _owners.Remove(key))
                    Close(key.Node, owner);
            }
        }
    }

    public void Dispose()
    {
        _stop.Set();
        lock (session.Gate)
            Monitor.PulseAll(session.Gate);
        _retrying?.Join();
        foreach (var owner in _owners.Values)
            Libc.Close(owner.Fd);
        _owners.Clear();
        _stop.Dispose();
    }

    private int Owner(Handle handle, ulong id, bool isFlock, short type, out int fd)
    {
        fd = handle.Fd;
        if (isFlock)
            return 0;
        if (_owners.TryGetValue((handle.Node, id), out var owner))
        {
            owner.Handle = handle;
            fd = owner.Fd;
            return 0;
        }

        fd = -1;
        if (type == FileLock.Unlock)
            return 0;
        if (_owners.Count >= session.Options.Limits.MaxLockOwners)
            return Errno.ENOLCK;
        fd = OpenDescription(handle);
        if (fd < 0)
            return Libc.LastError;
        _owners[(handle.Node, id)] = new LockOwner(fd) { Handle = handle };
        return 0;
    }

    // For reading and writing where possible, because an owner may lock through several open files of the process.
    private static int OpenDescription(Handle handle)
    {
        if (!handle.Node.Root!.ReadOnly && Beneath.Reopen(handle.Fd, OpenFlags.ReadWrite, out var fd) == 0)
            return fd;
        var access = handle is { CanRead: true, CanWrite: true } ? OpenFlags.ReadWrite : handle.CanWrite ? OpenFlags.WriteOnly : OpenFlags.ReadOnly;
        return Beneath.Reopen(handle.Fd, access, out fd) == 0 ? fd : -1;
    }

    private static int ToHost(in WireLock wire, out FileLock host)
    {
        host = default;
        if (wire.Type > FileLock.Unlock || wire.Start > long.MaxValue || wire.End > long.MaxValue || wire.End < wire.Start)
            return Errno.EINVAL;
        host.Type = (short)wire.Type;
        host.Start = (long)wire.Start;
        host.Length = wire.End == long.MaxValue ? 0 : (long)(wire.End - wire.Start + 1);
        return 0;
    }

    private static int Try(Waiter waiter)
    {
        int result;
        if (waiter.IsFlock)
        {
            var operation = waiter.Lock.Type switch { FileLock.Read => Shared, FileLock.Write => Exclusive, _ => Unlock };
            result = Libc.FLock(waiter.Fd, operation | NonBlocking);
        }
        else
        {
            var host = waiter.Lock;
            result = Libc.FCntl(waiter.Fd, Libc.OfdSetLock, &host);
        }

        var error = result == 0 ? 0 : Libc.LastError;
        return error == Errno.EACCES ? Errno.EAGAIN : error;
    }

    /// <summary>Tries again what waits; something was unlocked.</summary>
    internal void Retry()
    {
        for (var i = 0; i < _waiters.Count;)
        {
            var error = Try(_waiters[i]);
            if (error == Errno.EAGAIN)
            {
                i++;
                continue;
            }

            session.Output.Send(_waiters[i].Unique, -error);
            _waiters.RemoveAt(i);
        }
    }

    private void End(Predicate<Waiter> which)
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            if (!which(_waiters[i]))
                continue;
            session.Output.Send(_waiters[i].Unique, -Errno.EINTR);
            _waiters.RemoveAt(i);
        }
    }

    private void Close(Node node, LockOwner owner)
    {
        Libc.Close(owner.Fd);
        Retry();
    }

    private void StartRetrying()
    {
        if (_retrying is not null)
        {
            Monitor.PulseAll(session.Gate);
            return;
        }

        _retrying = new Thread(RetryLoop, 256 * 1024) { IsBackground = true, Name = "sbx files locks" };
        _retrying.Start();
    }

    private void RetryLoop()
    {
        while (!_stop.Wait(RetryInterval))
        {
            lock (session.Gate)
            {
                while (_waiters.Count == 0 && !_stop.IsSet)
                    Monitor.Wait(session.Gate);
                Retry();
            }
        }
    }

    private sealed class LockOwner(int fd)
    {
        internal int Fd { get; } = fd;

        internal required Handle Handle { get; set; }
    }

    private sealed record Waiter(ulong Unique, Handle Handle, ulong Owner, int Fd, FileLock Lock, bool IsFlock);
}
