using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Sessions;

/// <summary>
/// Makes a thread of the server act on files as the workspace's owner. Where the daemon runs as root this both gives new
/// files their owner at once and keeps the guest from what the owner himself may not read or write. Thread-local: the rest
/// of the process keeps its rights.
/// </summary>
internal static unsafe class ThreadIdentity
{
    /// <summary>Starts a thread of the server's own that acts as the owner; it does not start to work if it cannot.</summary>
    internal static Thread Start(string name, int stack, OwnerMapping owner, Action work)
    {
        var thread = new Thread(() => Run(owner, work), stack) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    /// <summary>Applies to the calling thread for the rest of its life; only for threads of the server's own.</summary>
    /// <exception cref="WorkspaceException">The kernel did not do it.</exception>
    internal static void Assume(OwnerMapping owner)
    {
        // The guest's kernel has applied the umask of the guest's process; the daemon's own must not count on top. Where a
        // container forbids unshare, the daemon's umask stays in force, which only takes rights away.
        if (Libc.Unshare(Libc.CloneFs) == 0)
            _ = Libc.UMask(0);
        if (Libc.GetEffectiveUserId() != 0)
            return;
        if (owner.HostUid == 0)
            return;
        if (Libc.SetGroupsOfThread(null, 0) != 0)
            throw new WorkspaceException("the file server cannot drop its groups");
        _ = Libc.SetFsGid(owner.HostGid);
        _ = Libc.SetFsUid(owner.HostUid);
        // The calls give back the previous value and no error, so a second one tells whether the first worked.
        if (Libc.SetFsGid(uint.MaxValue) != owner.HostGid || Libc.SetFsUid(uint.MaxValue) != owner.HostUid)
            throw new WorkspaceException($"the file server cannot act as user {owner.HostUid}");
    }

    private static void Run(OwnerMapping owner, Action work)
    {
        try
        {
            Assume(owner);
        }
        catch (WorkspaceException)
        {
            // The serving thread did the same before it served anything, so this is a host that changed its mind; without
            // this thread the guest waits or sees changes later, which is better than acting with the daemon's rights.
            return;
        }

        work();
    }
}
