using Sbx.Workspaces.Native;
using Sbx.Workspaces.Operations;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Sessions;

/// <summary>Hands each request to its operation.</summary>
internal sealed class Dispatcher(SessionState session, Workers workers, FileLocks locks)
{
    private readonly Handshake _handshake = new(session.Reply);
    private readonly Lookups _lookups = new(session);
    private readonly Attributes _attributes = new(session);
    private readonly Creations _creations = new(session);
    private readonly Removals _removals = new(session);
    private readonly Opens _opens = new(session, locks);
    private readonly Transfers _transfers = new(session, workers);
    private readonly Listings _listings = new(session);
    private readonly ExtendedAttributes _xattrs = new(session);

    /// <summary>0, an error number, or <see cref="Outcome.NoReply"/>.</summary>
    /// <exception cref="WorkspaceProtocolException">The request is none.</exception>
    internal int Dispatch(ref Request request)
    {
        var header = request.Header;
        if (header.Opcode == Opcode.Init)
            return _handshake.Init(ref request);
        if (!_handshake.IsDone)
            throw request.Malformed("came before the handshake");
        // Extensions are not negotiated; an answer without a number would be taken for a notification.
        if (header.ExtensionLength != 0)
            throw request.Malformed("has an extension");
        if (header.Unique == 0 && header.Opcode is not (Opcode.Forget or Opcode.BatchForget))
            throw request.Malformed("has no number");
        return header.Opcode switch
        {
            Opcode.Lookup => _lookups.Lookup(ref request),
            Opcode.Forget => _lookups.Forget(ref request),
            Opcode.BatchForget => _lookups.BatchForget(ref request),
            Opcode.GetAttr => _attributes.Get(ref request),
            Opcode.SetAttr => _attributes.Set(ref request),
            Opcode.ReadLink => _attributes.ReadLink(ref request),
            Opcode.StatFs => _attributes.StatFs(ref request),
            Opcode.Symlink => _creations.Symlink(ref request),
            Opcode.MkNod => _creations.MkNod(ref request),
            Opcode.MkDir => _creations.MkDir(ref request),
            Opcode.Link => _creations.Link(ref request),
            Opcode.Unlink => _removals.Unlink(ref request),
            Opcode.RmDir => _removals.RmDir(ref request),
            Opcode.Rename => _removals.Rename(ref request),
            Opcode.Rename2 => _removals.Rename2(ref request),
            Opcode.Open => _opens.Open(ref request),
            Opcode.Create => _opens.Create(ref request),
            Opcode.Release => _opens.Release(ref request),
            Opcode.Flush => _opens.Flush(ref request),
            Opcode.Read => _transfers.Read(ref request),
            Opcode.Write => _transfers.Write(ref request),
            Opcode.LSeek => _transfers.LSeek(ref request),
            Opcode.FSync or Opcode.FSyncDir => _transfers.FSync(ref request),
            Opcode.FAllocate => _transfers.FAllocate(ref request),
            Opcode.CopyFileRange => _transfers.Copy(ref request),
            Opcode.OpenDir => _listings.Open(ref request),
            Opcode.ReadDir => _listings.Read(ref request, withAttributes: false),
            Opcode.ReadDirPlus => _listings.Read(ref request, withAttributes: true),
            Opcode.ReleaseDir => _listings.Release(ref request),
            Opcode.SetXattr => _xattrs.Set(ref request),
            Opcode.GetXattr => _xattrs.Get(ref request),
            Opcode.ListXattr => _xattrs.List(ref request),
            Opcode.RemoveXattr => _xattrs.Remove(ref request),
            Opcode.GetLock => locks.Get(ref request),
            Opcode.SetLock => locks.Set(ref request, wait: false),
            Opcode.SetLockWait => locks.Set(ref request, wait: true),
            Opcode.Interrupt => locks.Interrupt(ref request),
            Opcode.IoCtl => Errno.ENOTTY,
            Opcode.Destroy => Outcome.Done,
            Opcode.NotifyReply => Outcome.NoReply,
            // ACCESS, POLL, BMAP and whatever newer kernels ask: they stop asking after this answer.
            _ => Errno.ENOSYS,
        };
    }
}
