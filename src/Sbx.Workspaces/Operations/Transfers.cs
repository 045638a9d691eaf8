using Sbx.Workspaces.Handles;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>READ, WRITE, LSEEK and, on the workers, FSYNC, FALLOCATE, COPY_FILE_RANGE.</summary>
internal sealed unsafe class Transfers(SessionState session, Workers workers)
{
    private const int SeekData = 3;
    private const int SeekHole = 4;
    private const uint KeepSize = 1;
    private const uint PunchHole = 2;
    private const uint ZeroRange = 16;
    private const ulong MaxCopy = 64 * 1024 * 1024;

    internal int Read(ref Request request)
    {
        var read = request.Take<ReadIn>();
        request.End();
        if (session.Handles.Find(read.Handle, request.Header.NodeId) is not { } handle)
            return Errno.EBADF;
        if (handle.Fd < 0 || !handle.CanRead)
            return Errno.EBADF;
        if (read.Size > Limits.MaxWrite || read.Offset > long.MaxValue - Limits.MaxWrite)
            return Errno.EINVAL;
        var reply = session.Reply;
        var total = 0;
        // A short answer means the end of the file to the guest, so a short read is followed up.
        while (total < (int)read.Size)
        {
            var count = Libc.PRead(handle.Fd, reply.Payload + total, read.Size - (uint)total, (long)read.Offset + total);
            if (count == 0)
                break;
            if (count < 0)
            {
                if (Libc.LastError == Errno.EINTR)
                    continue;
                return Libc.LastError;
            }

            total += (int)count;
        }

        reply.Length = total;
        return Outcome.Done;
    }

    internal int Write(ref Request request)
    {
        var write = request.Take<WriteIn>();
        var data = request.TakeBytes(write.Size);
        request.End();
        if (Writable(write.Handle, ref request) is not { } handle)
            return Errno.EBADF;
        if (write.Offset > long.MaxValue - Limits.MaxWrite)
            return Errno.EINVAL;
        if (!session.Quota.TakeBytes(write.Size))
            return Errno.EDQUOT;
        MarkDirty(handle);
        var total = 0u;
        while (total < write.Size)
        {
            var count = Libc.PWrite(handle.Fd, data + total, write.Size - total, (long)write.Offset + total);
            if (count <= 0)
            {
                var error = Libc.LastError;
                if (count < 0 && error == Errno.EINTR)
                    continue;
                if (total > 0 || count == 0)
                    break;
                return error;
            }

            total += (uint)count;
        }

        session.Reply.Put(new WriteOut { Size = total });
        return Outcome.Done;
    }

    internal int LSeek(ref Request request)
    {
        var seek = request.Take<LSeekIn>();
        request.End();
        if (session.Handles.Find(seek.Handle, request.Header.NodeId) is not { } handle || handle.Fd < 0 || handle.Node.IsDirectory)
            return Errno.EBADF;
        if (seek.Whence is not (SeekData or SeekHole))
            return Errno.EINVAL;
        var found = Libc.LSeek(handle.Fd, (long)seek.Offset, (int)seek.Whence);
        if (found < 0)
            return Libc.LastError;
        session.Reply.Put(new LSeekOut { Offset = (ulong)found });
        return Outcome.Done;
    }

    internal int FSync(ref Request request)
    {
        var sync = request.Take<FSyncIn>();
        request.End();
        if (session.Handles.Find(sync.Handle, request.Header.NodeId) is not { } handle)
            return Errno.EBADF;
        if (handle.Fd < 0)
            return Outcome.Done;
        var dataOnly = (sync.Flags & RequestFlags.FsyncData) != 0;
        return workers.Run(request.Header.Unique, handle, null, () =>
            new WorkResult((dataOnly ? Libc.FDataSync(handle.Fd) : Libc.FSync(handle.Fd)) == 0 ? 0 : Libc.LastError));
    }

    internal int FAllocate(ref Request request)
    {
        var allocate = request.Take<FAllocateIn>();
        request.End();
        if (Writable(allocate.Handle, ref request) is not { } handle)
            return Errno.EBADF;
        if (allocate.Mode is not (0 or KeepSize or (PunchHole | KeepSize) or ZeroRange or (ZeroRange | KeepSize)))
            return Errno.EOPNOTSUPP;
        if (allocate.Offset > long.MaxValue || allocate.Length > long.MaxValue)
            return Errno.EINVAL;
        if ((allocate.Mode & PunchHole) == 0 && !session.Quota.TakeBytes(allocate.Length))
            return Errno.EDQUOT;
        MarkDirty(handle);
        return workers.Run(request.Header.Unique, handle, null, () => new WorkResult(
            Libc.FAllocate(handle.Fd, (int)allocate.Mode, (long)allocate.Offset, (long)allocate.Length) == 0 ? 0 : Libc.LastError));
    }

    internal int Copy(ref Request request)
    {
        var copy = request.Take<CopyFileRangeIn>();
        request.End();
        if (session.Handles.Find(copy.HandleIn, request.Header.NodeId) is not { CanRead: true, Fd: >= 0 } from
            || session.Handles.Find(copy.HandleOut, copy.NodeIdOut) is not { CanWrite: true } to)
            return Errno.EBADF;
        if (copy.Flags != 0 || copy.OffsetIn > long.MaxValue || copy.OffsetOut > long.MaxValue)
            return Errno.EINVAL;
        var length = Math.Min(copy.Length, MaxCopy);
        if (!session.Quota.TakeBytes(length))
            return Errno.EDQUOT;
        MarkDirty(to);
        return workers.Run(request.Header.Unique, from, to, () =>
        {
            var (offsetIn, offsetOut) = ((long)copy.OffsetIn, (long)copy.OffsetOut);
            var count = Libc.CopyFileRange(from.Fd, &offsetIn, to.Fd, &offsetOut, (nuint)length, 0);
            return count < 0 ? new WorkResult(Libc.LastError) : new WorkResult(0, (uint)count);
        });
    }

    private Handle? Writable(ulong handle, ref Request request) =>
        session.Handles.Find(handle, request.Header.NodeId) is { CanWrite: true } found ? found : null;

    private void MarkDirty(Handle handle)
    {
        if (handle.IsDirty)
            return;
        handle.IsDirty = true;
        session.Changes.Note(handle.Node, WorkspaceChange.Written);
    }
}
