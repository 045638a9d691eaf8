using Sbx.Workspaces.Native;
using Sbx.Workspaces.Tests.Mounting;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Tests.Attacks;

/// <summary>Ways out of a root that have worked elsewhere.</summary>
public sealed class EscapeTests : IDisposable
{
    private readonly RawGuest _guest = new();

    public void Dispose() => _guest.Dispose();

    [Fact]
    public void A_symbolic_link_is_a_link_to_the_server_and_never_a_directory()
    {
        File.CreateSymbolicLink(_guest.Host + "/out", _guest.Outside);
        File.CreateSymbolicLink(_guest.Host + "/secret", _guest.Outside + "/secret");
        File.CreateSymbolicLink(_guest.Host + "/self", "/proc/self/root");
        var root = _guest.Root();
        foreach (var name in new[] { "out", "secret", "self" })
        {
            var entry = _guest.Lookup(root, name);
            Assert.Equal(ModeBits.Symlink, entry.Attr.Mode & ModeBits.TypeMask);
            Assert.Equal(Errno.ENOTDIR, _guest.LookupError(entry.NodeId, "secret"));
            Assert.NotEqual(0, _guest.Open(entry.NodeId, 0, out _));
            Assert.NotEqual(0, _guest.Create(entry.NodeId, "x").Error);
            Assert.NotEqual(0, _guest.Call(Opcode.OpenDir, entry.NodeId, RawGuest.Bytes(default(OpenIn))).Error);
            Assert.NotEqual(0, _guest.Create(root, name).Error);
            Assert.NotEqual(0, SetMode(entry.NodeId, 0x1FF));
            Assert.NotEqual(0, SetSize(entry.NodeId, 0));
        }

        Assert.Equal("secret", File.ReadAllText(_guest.Outside + "/secret"));
        Assert.Single(Directory.GetFileSystemEntries(_guest.Outside));
    }

    [Fact]
    public void Swapping_a_directory_with_a_link_to_the_outside_during_a_walk_reaches_nothing_outside() =>
        Race(forceWalk: false);

    [Fact]
    public void The_same_without_openat2() => Race(forceWalk: true);

    [Fact]
    public void A_directory_that_is_a_link_when_it_is_opened_again_is_refused()
    {
        using var guest = new RawGuest(host => RawGuest.Options(new WorkspaceRoot(host)) with { Limits = new WorkspaceLimits { MaxDirectoryDescriptors = 64 } });
        Directory.CreateDirectory(guest.Host + "/d");
        File.WriteAllText(guest.Host + "/d/secret", "mine");
        var root = guest.Root();
        var directory = guest.Lookup(root, "d").NodeId;
        Assert.Equal(0, guest.LookupError(directory, "secret"));
        Crowd(guest, root);
        Directory.Delete(guest.Host + "/d", true);
        File.CreateSymbolicLink(guest.Host + "/d", guest.Outside);
        Assert.NotEqual(0, guest.LookupError(directory, "secret"));
        File.Delete(guest.Host + "/d");
        Directory.CreateDirectory(guest.Host + "/d");
        File.WriteAllText(guest.Host + "/d/secret", "another");
        Assert.Equal(Errno.ESTALE, guest.LookupError(directory, "secret"));
        Assert.Equal(0, guest.LookupError(guest.Lookup(root, "d").NodeId, "secret"));
    }

    [Fact]
    public void Directories_beyond_the_bound_are_opened_again_when_they_are_needed()
    {
        using var guest = new RawGuest(host => RawGuest.Options(new WorkspaceRoot(host)) with { Limits = new WorkspaceLimits { MaxDirectoryDescriptors = 64 } });
        var root = guest.Root();
        Directory.CreateDirectory(guest.Host + "/a/b/c");
        File.WriteAllText(guest.Host + "/a/b/c/f", "x");
        var node = new[] { "a", "b", "c" }.Aggregate(root, (at, name) => guest.Lookup(at, name).NodeId);
        var file = guest.Lookup(node, "f").NodeId;
        Crowd(guest, root);
        Assert.InRange(guest.Server.Session.State.Tree.Descriptors.Count, 1, 90);
        Assert.Equal(0, guest.Open(file, 0, out _));
        Assert.Equal(0, guest.LookupError(node, "f"));
    }

    [Fact]
    public void A_directory_moved_out_of_the_root_takes_the_guest_nowhere()
    {
        var time = new SteppedTime();
        using var guest = new RawGuest(host => RawGuest.Options(new WorkspaceRoot(host)) with { TimeProvider = time });
        Directory.CreateDirectory(guest.Host + "/a/b");
        File.WriteAllText(guest.Host + "/a/b/f", "x");
        var root = guest.Root();
        var a = guest.Lookup(root, "a").NodeId;
        var b = guest.Lookup(a, "b").NodeId;
        var f = guest.Lookup(b, "f").NodeId;
        Directory.Move(guest.Host + "/a", guest.Outside + "/a");
        time.Step();
        Assert.Equal(Errno.ESTALE, guest.LookupError(b, "f"));
        Assert.Equal(Errno.ESTALE, guest.Open(f, 0, out _));
        Assert.Equal(Errno.ESTALE, guest.Create(b, "new").Error);
        Assert.Equal(Errno.ESTALE, guest.Call(Opcode.OpenDir, a, RawGuest.Bytes(default(OpenIn))).Error);
        Assert.False(File.Exists(guest.Outside + "/a/b/new"));
        Directory.Move(guest.Outside + "/a", guest.Host + "/a");
        Assert.Equal(0, guest.LookupError(b, "f"));
    }

    [Fact]
    public void A_file_replaced_under_its_name_is_not_mistaken_for_the_old_one()
    {
        File.WriteAllText(_guest.Host + "/f", "old");
        var root = _guest.Root();
        var old = _guest.Lookup(root, "f").NodeId;
        File.Delete(_guest.Host + "/f");
        File.WriteAllText(_guest.Host + "/f", "new");
        Assert.Equal(Errno.ESTALE, _guest.Open(old, 0, out _));
        Assert.Equal(Errno.ESTALE, _guest.GetAttr(old));
        Assert.Equal(Errno.ESTALE, SetSize(old, 0));
        File.Delete(_guest.Host + "/f");
        File.CreateSymbolicLink(_guest.Host + "/f", _guest.Outside + "/secret");
        Assert.Equal(Errno.ESTALE, _guest.Open(old, OpenFlags.ReadWrite, out _));
        Assert.Equal(Errno.ESTALE, SetSize(old, 0));
        Assert.Equal("new".Length * 2, File.ReadAllText(_guest.Outside + "/secret").Length);
    }

    [Fact]
    public void Special_files_of_the_host_are_shown_but_never_opened()
    {
        Assert.Equal(0, Kernel.MkFifo(_guest.Host + "/fifo", 0x1B6));
        var root = _guest.Root();
        var fifo = _guest.Lookup(root, "fifo");
        Assert.Equal(ModeBits.Fifo, fifo.Attr.Mode & ModeBits.TypeMask);
        foreach (var flags in new[] { OpenFlags.ReadOnly, OpenFlags.WriteOnly, OpenFlags.ReadWrite | OpenFlags.Truncate })
            Assert.Equal(Errno.EACCES, _guest.Open(fifo.NodeId, flags, out _));
        Assert.Equal(Errno.EPERM, _guest.Call(Opcode.MkNod, root, RawGuest.Bytes(new MkNodIn { Mode = 0x2000 | 0x1B6, Device = 0x103 }, RawGuest.Z("null"))).Error);
        Assert.Equal(Errno.EPERM, _guest.Call(Opcode.MkNod, root, RawGuest.Bytes(new MkNodIn { Mode = 0x6000 | 0x1B6, Device = 0x700 }, RawGuest.Z("loop"))).Error);
    }

    [Fact]
    public void A_mount_point_inside_the_root_is_shown_empty_and_not_entered()
    {
        var point = _guest.Host + "/proc";
        Directory.CreateDirectory(point);
        Assert.Equal(0, Kernel.Mount("tmpfs", point, "tmpfs", 0, null));
        try
        {
            File.WriteAllText(point + "/inside", "x");
            var root = _guest.Root();
            var entry = _guest.Lookup(root, "proc");
            Assert.Equal(ModeBits.Directory, entry.Attr.Mode & ModeBits.TypeMask);
            Assert.Equal(Errno.ENOENT, _guest.LookupError(entry.NodeId, "inside"));
            Assert.Equal(Errno.EROFS, _guest.Create(entry.NodeId, "x").Error);
            var handle = RawGuest.As<OpenOut>(_guest.Call(Opcode.OpenDir, entry.NodeId, RawGuest.Bytes(default(OpenIn))).Payload).Handle;
            Assert.Empty(_guest.Call(Opcode.ReadDir, entry.NodeId, RawGuest.Bytes(new ReadIn { Handle = handle, Size = 4096 })).Payload);
        }
        finally
        {
            _ = Kernel.Unmount(point, Kernel.Detach);
        }
    }

    [Fact]
    public void A_root_reached_through_a_link_is_not_served()
    {
        File.CreateSymbolicLink(_guest.Host + "/link", _guest.Outside);
        Directory.CreateDirectory(_guest.Outside + "/deep");
        foreach (var path in new[] { "/link", "/link/deep", "/../outside", "/missing" })
        {
            var (server, client) = SocketPair.Create();
            using (server)
            using (client)
                Assert.Throws<WorkspaceException>(() => WorkspaceServer.Start(server, RawGuest.Options(new WorkspaceRoot(_guest.Host + path))));
        }
    }

    private int SetMode(ulong node, uint mode) => _guest.Call(Opcode.SetAttr, node, RawGuest.Bytes(new SetAttrIn { Valid = SetAttrValid.Mode, Mode = mode })).Error;

    private int SetSize(ulong node, ulong size) => _guest.Call(Opcode.SetAttr, node, RawGuest.Bytes(new SetAttrIn { Valid = SetAttrValid.Size, Size = size })).Error;

    // Uses so many other directories that the first ones lose their descriptors.
    private static void Crowd(RawGuest guest, ulong root)
    {
        for (var i = 0; i < 200; i++)
        {
            Directory.CreateDirectory($"{guest.Host}/crowd{i}");
            Assert.Equal(Errno.ENOENT, guest.LookupError(guest.Lookup(root, $"crowd{i}").NodeId, "x"));
        }
    }

    private static void Race(bool forceWalk)
    {
        var before = Beneath.HasOpenAt2;
        Beneath.HasOpenAt2 = !forceWalk && before;
        try
        {
            RaceOnce();
        }
        finally
        {
            Beneath.HasOpenAt2 = before;
        }
    }

    private static void RaceOnce()
    {
        using var guest = new RawGuest();
        Directory.CreateDirectory(guest.Host + "/a/d");
        File.WriteAllText(guest.Host + "/a/d/secret", "inside");
        File.CreateSymbolicLink(guest.Host + "/a/l", guest.Outside);
        var stop = false;
        var swapper = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
                _ = Kernel.RenameAt2(-100, guest.Host + "/a/d", -100, guest.Host + "/a/l", 2);
        });
        swapper.Start();
        try
        {
            var root = guest.Root();
            var opened = 0;
            for (var i = 0; i < 3000 || opened == 0; i++)
            {
                var (error, payload) = guest.Call(Opcode.Lookup, guest.Lookup(root, "a").NodeId, RawGuest.Z("d"));
                if (error != 0)
                    continue;
                var directory = RawGuest.As<EntryOut>(payload).NodeId;
                (error, payload) = guest.Call(Opcode.Lookup, directory, RawGuest.Z("secret"));
                if (error == 0 && guest.Open(RawGuest.As<EntryOut>(payload).NodeId, OpenFlags.ReadWrite, out var handle) == 0)
                {
                    var file = RawGuest.As<EntryOut>(payload).NodeId;
                    opened++;
                    Assert.Equal("inside"u8.ToArray(), guest.Read(file, handle).Data);
                    Assert.Equal(0, guest.Release(file, handle));
                }

                if (guest.Create(directory, $"new{i}") is { Error: 0 } made)
                    Assert.Equal(0, guest.Release(made.Out.Entry.NodeId, made.Out.Open.Handle));
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
            swapper.Join();
        }

        Assert.Equal(["secret"], Directory.GetFileSystemEntries(guest.Outside).Select(path => Path.GetFileName(path)!));
        Assert.Equal("secret", File.ReadAllText(guest.Outside + "/secret"));
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _now = 1;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public override long TimestampFrequency => 1000;

        internal void Step() => Interlocked.Add(ref _now, 2000);
    }
}
