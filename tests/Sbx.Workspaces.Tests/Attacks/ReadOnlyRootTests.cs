using Sbx.Workspaces.Native;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Tests.Attacks;

public sealed class ReadOnlyRootTests : IDisposable
{
    private readonly RawGuest _guest;
    private readonly ulong _writable;
    private readonly ulong _readOnly;
    private readonly ulong _file;

    public ReadOnlyRootTests()
    {
        _guest = new RawGuest(host =>
        {
            Directory.CreateDirectory(host + "/sub/dir");
            File.WriteAllText(host + "/sub/f", "kept");
            return RawGuest.Options(new WorkspaceRoot(host), new WorkspaceRoot(host + "/sub", ReadOnly: true));
        });
        _writable = _guest.Root(0);
        _readOnly = _guest.Root(1);
        _file = _guest.Lookup(_readOnly, "f").NodeId;
    }

    public void Dispose() => _guest.Dispose();

    [Fact]
    public void Every_change_is_refused_on_the_host()
    {
        var calls = new (Opcode Opcode, ulong Node, byte[] Body)[]
        {
            (Opcode.MkDir, _readOnly, RawGuest.Bytes(default(MkDirIn), RawGuest.Z("x"))),
            (Opcode.MkNod, _readOnly, RawGuest.Bytes(new MkNodIn { Mode = 0x81A4 }, RawGuest.Z("x"))),
            (Opcode.Symlink, _readOnly, [.. RawGuest.Z("x"), .. RawGuest.Z("y")]),
            (Opcode.Link, _readOnly, RawGuest.Bytes(new LinkIn { OldNodeId = _file }, RawGuest.Z("x"))),
            (Opcode.Unlink, _readOnly, RawGuest.Z("f")),
            (Opcode.RmDir, _readOnly, RawGuest.Z("dir")),
            (Opcode.Rename, _readOnly, RawGuest.Bytes(new RenameIn { NewDirectory = _readOnly }, RawGuest.Z("f"), RawGuest.Z("x"))),
            (Opcode.Rename2, _readOnly, RawGuest.Bytes(new Rename2In { NewDirectory = _readOnly, Flags = 2 }, RawGuest.Z("f"), RawGuest.Z("dir"))),
            (Opcode.Create, _readOnly, RawGuest.Bytes(new CreateIn { Flags = 1, Mode = 0x1A4 }, RawGuest.Z("x"))),
            (Opcode.Create, _readOnly, RawGuest.Bytes(new CreateIn { Flags = 0, Mode = 0x1A4 }, RawGuest.Z("f"))),
            (Opcode.Open, _file, RawGuest.Bytes(new OpenIn { Flags = OpenFlags.WriteOnly })),
            (Opcode.Open, _file, RawGuest.Bytes(new OpenIn { Flags = OpenFlags.Truncate })),
            (Opcode.SetAttr, _file, RawGuest.Bytes(new SetAttrIn { Valid = SetAttrValid.Size })),
            (Opcode.SetAttr, _file, RawGuest.Bytes(new SetAttrIn { Valid = SetAttrValid.Mode })),
            (Opcode.SetAttr, _readOnly, RawGuest.Bytes(new SetAttrIn { Valid = SetAttrValid.ModificationTimeNow })),
            (Opcode.SetXattr, _file, RawGuest.Bytes(new SetXattrIn { Size = 1 }, RawGuest.Z("user.x"), [1])),
            (Opcode.RemoveXattr, _file, RawGuest.Z("user.x")),
        };
        Assert.All(calls, call => Assert.Equal(Errno.EROFS, _guest.Call(call.Opcode, call.Node, call.Body).Error));
        Assert.Equal("kept", File.ReadAllText(_guest.Host + "/sub/f"));
    }

    [Fact]
    public void What_is_opened_for_reading_cannot_be_written()
    {
        Assert.Equal(0, _guest.Open(_file, OpenFlags.ReadOnly, out var handle));
        Assert.Equal("kept"u8.ToArray(), _guest.Read(_file, handle).Data);
        Assert.Equal(Errno.EBADF, _guest.Write(_file, handle, "x"));
        Assert.Equal(Errno.EBADF, _guest.Call(Opcode.FAllocate, _file, RawGuest.Bytes(new FAllocateIn { Handle = handle, Mode = 3, Length = 4 })).Error);
        var writable = _guest.Create(_writable, "w").Out;
        Assert.Equal(Errno.EBADF, _guest.Call(Opcode.CopyFileRange, writable.Entry.NodeId, RawGuest.Bytes(
            new CopyFileRangeIn { HandleIn = writable.Open.Handle, NodeIdOut = _file, HandleOut = handle, Length = 4 })).Error);
    }

    [Fact]
    public void Nothing_is_moved_or_linked_from_one_root_to_another()
    {
        var file = _guest.Lookup(_writable, "sub");
        Assert.NotEqual(_readOnly, file.NodeId);
        Assert.Equal(Errno.EXDEV, _guest.Call(Opcode.Link, _writable, RawGuest.Bytes(new LinkIn { OldNodeId = _file }, RawGuest.Z("x"))).Error);
        Assert.Equal(Errno.EROFS, _guest.Call(Opcode.Rename, _readOnly, RawGuest.Bytes(new RenameIn { NewDirectory = _writable }, RawGuest.Z("f"), RawGuest.Z("x"))).Error);
        Assert.Equal(Errno.EROFS, _guest.Call(Opcode.Rename, _writable, RawGuest.Bytes(new RenameIn { NewDirectory = _readOnly }, RawGuest.Z("sub"), RawGuest.Z("x"))).Error);
    }

    [Fact]
    public void The_directory_that_holds_the_roots_cannot_be_changed()
    {
        Assert.Equal(Errno.EROFS, _guest.Call(Opcode.MkDir, 1, RawGuest.Bytes(default(MkDirIn), RawGuest.Z("x"))).Error);
        Assert.Equal(Errno.EROFS, _guest.Call(Opcode.RmDir, 1, RawGuest.Z("0")).Error);
        Assert.Equal(Errno.EROFS, _guest.Call(Opcode.Rename, 1, RawGuest.Bytes(new RenameIn { NewDirectory = 1 }, RawGuest.Z("0"), RawGuest.Z("2"))).Error);
        foreach (var name in new[] { "2", "00", "+0", "-1", "0x", "4294967296", " 0" })
            Assert.Equal(Errno.ENOENT, _guest.LookupError(1, name));
    }
}
