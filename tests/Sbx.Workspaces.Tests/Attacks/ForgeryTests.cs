using Sbx.Workspaces.Native;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Tests.Attacks;

public sealed class ForgeryTests : IDisposable
{
    private readonly RawGuest _guest = new();

    public void Dispose() => _guest.Dispose();

    [Fact]
    public void Node_numbers_that_were_never_given_out_name_nothing()
    {
        foreach (var id in new ulong[] { 0, 2, 3, 1UL << 32, (1UL << 32) | 1, ulong.MaxValue, int.MaxValue, uint.MaxValue })
        {
            Assert.Equal(Errno.ESTALE, _guest.GetAttr(id));
            Assert.Equal(Errno.ESTALE, _guest.LookupError(id, "x"));
            Assert.Equal(Errno.ESTALE, _guest.Open(id, 0, out _));
            Assert.Equal(Errno.ESTALE, _guest.Create(id, "x").Error);
        }
    }

    [Fact]
    public void A_node_is_gone_after_its_last_forget_and_its_number_never_comes_back()
    {
        File.WriteAllText(_guest.Host + "/f", "x");
        var root = _guest.Root();
        var first = _guest.Lookup(root, "f").NodeId;
        Assert.Equal(first, _guest.Lookup(root, "f").NodeId);
        Forget(first, 1);
        Assert.Equal(0, _guest.GetAttr(first));
        Forget(first, ulong.MaxValue);
        Forget(first, 1);
        Assert.Equal(Errno.ESTALE, _guest.GetAttr(first));
        Assert.NotEqual(first, _guest.Lookup(root, "f").NodeId);
        Assert.Equal(Errno.ESTALE, _guest.GetAttr(first));
    }

    [Fact]
    public void The_roots_survive_being_forgotten()
    {
        var root = _guest.Root();
        Forget(root, ulong.MaxValue);
        Forget(1, ulong.MaxValue);
        Assert.Equal(Errno.ESTALE, _guest.GetAttr(root));
        Assert.Equal(root, _guest.Root());
        Assert.Equal(0, _guest.Create(root, "f").Error);
    }

    [Fact]
    public void An_open_file_outlives_the_forget_of_its_node_but_cannot_be_used_after_release()
    {
        var (_, made) = _guest.Create(_guest.Root(), "f");
        var (node, handle) = (made.Entry.NodeId, made.Open.Handle);
        Forget(node, 1);
        Assert.Equal(0, _guest.Write(node, handle, "x"));
        Assert.Equal(0, _guest.Release(node, handle));
        Assert.Equal(Errno.EBADF, _guest.Release(node, handle));
        Assert.Equal(Errno.EBADF, _guest.Write(node, handle, "x"));
        Assert.Equal(Errno.EBADF, _guest.Read(node, handle).Error);
    }

    [Fact]
    public void A_handle_works_only_with_its_own_node_and_way()
    {
        var root = _guest.Root();
        var a = _guest.Create(root, "a").Out;
        var b = _guest.Create(root, "b").Out;
        Assert.Equal(Errno.EBADF, _guest.Write(a.Entry.NodeId, b.Open.Handle, "x"));
        Assert.Equal(0, _guest.Open(a.Entry.NodeId, OpenFlags.ReadOnly, out var reading));
        Assert.Equal(Errno.EBADF, _guest.Write(a.Entry.NodeId, reading, "x"));
        Assert.Equal(Errno.EBADF, _guest.Call(Opcode.FAllocate, a.Entry.NodeId, RawGuest.Bytes(new FAllocateIn { Handle = reading, Length = 5 })).Error);
        foreach (var forged in new ulong[] { 99, ulong.MaxValue, a.Open.Handle | (1UL << 32) })
            Assert.Equal(Errno.EBADF, _guest.Read(a.Entry.NodeId, forged).Error);
        var directory = RawGuest.As<OpenOut>(_guest.Call(Opcode.OpenDir, root, RawGuest.Bytes(default(OpenIn))).Payload).Handle;
        Assert.Equal(Errno.EBADF, _guest.Read(root, directory).Error);
        Assert.Equal(Errno.EBADF, _guest.Write(root, directory, "x"));
        Assert.Equal(Errno.EBADF, _guest.Call(Opcode.ReadDir, a.Entry.NodeId, RawGuest.Bytes(new ReadIn { Handle = a.Open.Handle, Size = 4096 })).Error);
        Assert.Equal(Errno.EBADF, _guest.Call(Opcode.SetLock, root, RawGuest.Bytes(new LockIn { Handle = directory })).Error);
    }

    [Fact]
    public void Sizes_and_offsets_beyond_all_bounds_are_refused()
    {
        var made = _guest.Create(_guest.Root(), "f").Out;
        var (node, handle) = (made.Entry.NodeId, made.Open.Handle);
        Assert.Equal(Errno.EINVAL, _guest.Read(node, handle, uint.MaxValue).Error);
        Assert.Equal(Errno.EINVAL, _guest.Read(node, handle, 4096, ulong.MaxValue).Error);
        Assert.Equal(Errno.EINVAL, _guest.Call(Opcode.Write, node, RawGuest.Bytes(new WriteIn { Handle = handle, Size = 1, Offset = ulong.MaxValue }, [1])).Error);
        Assert.Equal(Errno.EINVAL, _guest.Call(Opcode.FAllocate, node, RawGuest.Bytes(new FAllocateIn { Handle = handle, Length = ulong.MaxValue })).Error);
        Assert.Equal(Errno.EINVAL, _guest.Call(Opcode.SetLock, node, RawGuest.Bytes(new LockIn { Handle = handle, Lock = new WireLock { Start = ulong.MaxValue, End = 1 } })).Error);
        Assert.Equal(Errno.EINVAL, _guest.Call(Opcode.SetAttr, node, RawGuest.Bytes(new SetAttrIn { Valid = SetAttrValid.Size, Size = ulong.MaxValue })).Error);
        Assert.Equal(Errno.EINVAL, _guest.Open(node, OpenFlags.AccessMode, out _));
        Assert.Equal(Errno.EINVAL, _guest.Call(Opcode.LSeek, node, RawGuest.Bytes(new LSeekIn { Handle = handle, Whence = 0 })).Error);
    }

    [Fact]
    public void Directory_cookies_made_up_by_the_guest_do_no_harm()
    {
        for (var i = 0; i < 50; i++)
            File.WriteAllText($"{_guest.Host}/f{i}", "");
        var root = _guest.Root();
        var handle = RawGuest.As<OpenOut>(_guest.Call(Opcode.OpenDir, root, RawGuest.Bytes(default(OpenIn))).Payload).Handle;
        foreach (var opcode in new[] { Opcode.ReadDir, Opcode.ReadDirPlus })
        {
            foreach (var offset in new ulong[] { 1, 2, 12345, long.MaxValue, ulong.MaxValue, 0 })
            {
                var (_, payload) = _guest.Call(opcode, root, RawGuest.Bytes(new ReadIn { Handle = handle, Size = uint.MaxValue, Offset = offset }));
                Assert.InRange(payload.Length, 0, 1 << 20);
            }
        }

        Assert.Equal(0, _guest.Release(root, handle) == 0 ? 0 : _guest.Call(Opcode.ReleaseDir, root, RawGuest.Bytes(new ReleaseIn { Handle = handle })).Error);
    }

    [Fact]
    public void A_flood_of_work_for_the_disk_is_answered_whole_and_queued_within_bounds()
    {
        var made = _guest.Create(_guest.Root(), "f").Out;
        const int count = 500;
        _guest.Send([.. Enumerable.Range(0, count).SelectMany(i =>
            RawGuest.Frame(Opcode.FSync, made.Entry.NodeId, RawGuest.Bytes(new FSyncIn { Handle = made.Open.Handle, Flags = 1 }), (ulong)i + 1000))]);
        var answered = Enumerable.Range(0, count).Select(_ => _guest.ReceiveAny()).ToHashSet();
        Assert.Equal(count, answered.Count);
        Assert.All(answered, answer => Assert.Equal(0, answer.Error));
    }

    [Fact]
    public void Holding_more_than_is_allowed_is_refused()
    {
        using var guest = new RawGuest(host => RawGuest.Options(new WorkspaceRoot(host)) with
        {
            Limits = new WorkspaceLimits { MaxHandles = 3, MaxNodes = 10, MaxBytesWritten = 8, MaxEntriesCreated = 9, MaxLockOwners = 2 },
        });
        var root = guest.Root();
        var first = guest.Create(root, "f0").Out;
        Assert.Equal(0, guest.Create(root, "f1").Error);
        Assert.Equal(0, guest.Create(root, "f2").Error);
        Assert.Equal(Errno.ENFILE, guest.Create(root, "f3").Error);
        Assert.Equal(Errno.ENFILE, guest.Open(first.Entry.NodeId, 0, out _));
        Assert.Equal(0, guest.Write(first.Entry.NodeId, first.Open.Handle, "12345678"));
        Assert.Equal(Errno.EDQUOT, guest.Write(first.Entry.NodeId, first.Open.Handle, "9"));
        for (var owner = 0u; owner < 3; owner++)
        {
            var ask = new LockIn { Handle = first.Open.Handle, Owner = owner, Lock = new WireLock { Start = owner, End = owner, Type = 1 } };
            Assert.Equal(owner < 2 ? 0 : Errno.ENOLCK, guest.Call(Opcode.SetLock, first.Entry.NodeId, RawGuest.Bytes(ask)).Error);
        }

        var made = 3;
        int error;
        while ((error = guest.Call(Opcode.MkDir, root, RawGuest.Bytes(new MkDirIn { Mode = 0x1FF }, RawGuest.Z($"d{made}"))).Error) == 0)
            made++;
        Assert.Equal((Errno.EDQUOT, 9), (error, made));
        // The root and the nine entries made are the ten the guest may know.
        File.WriteAllText(guest.Host + "/eleventh", "");
        Assert.Equal(Errno.ENFILE, guest.LookupError(root, "eleventh"));
        Assert.Equal(0, guest.LookupError(root, "f0"));
    }

    private void Forget(ulong node, ulong count) => _guest.Send(RawGuest.Frame(Opcode.Forget, node, RawGuest.Bytes(new ForgetIn { Lookups = count }), 0));
}
