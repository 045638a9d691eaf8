using Sbx.Workspaces.Native;
using Sbx.Workspaces.Tests.Mounting;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Tests.Attacks;

/// <summary>A name in the workspace may be one of several of a file that also lies outside.</summary>
public sealed class HardLinkTests : IDisposable
{
    private readonly RawGuest _guest = new();
    private readonly ulong _root;

    public HardLinkTests()
    {
        _root = _guest.Root();
        Assert.Equal(0, Kernel.Link(_guest.Outside + "/secret", _guest.Host + "/alias"));
    }

    public void Dispose() => _guest.Dispose();

    [Fact]
    public void A_file_with_a_name_outside_can_be_read_and_removed_but_not_changed()
    {
        var node = _guest.Lookup(_root, "alias").NodeId;
        Assert.Equal(0, _guest.Open(node, OpenFlags.ReadOnly, out var handle));
        Assert.Equal("secret"u8.ToArray(), _guest.Read(node, handle).Data);
        foreach (var flags in new[] { OpenFlags.WriteOnly, OpenFlags.ReadWrite, OpenFlags.Truncate, OpenFlags.WriteOnly | OpenFlags.Append })
            Assert.Equal(Errno.EPERM, _guest.Open(node, flags, out _));
        Assert.Equal(Errno.EPERM, _guest.Create(_root, "alias", OpenFlags.WriteOnly | OpenFlags.Truncate).Error);
        foreach (var set in new[]
        {
            new SetAttrIn { Valid = SetAttrValid.Size },
            new SetAttrIn { Valid = SetAttrValid.Size | SetAttrValid.Handle, Handle = handle },
            new SetAttrIn { Valid = SetAttrValid.Mode, Mode = 0x1FF },
            new SetAttrIn { Valid = SetAttrValid.ModificationTimeNow },
        })
            Assert.Equal(Errno.EPERM, _guest.Call(Opcode.SetAttr, node, RawGuest.Bytes(set)).Error);
        Assert.Equal(Errno.EPERM, _guest.Call(Opcode.SetXattr, node, RawGuest.Bytes(new SetXattrIn { Size = 1 }, RawGuest.Z("user.x"), [1])).Error);
        Assert.Equal(0, _guest.Call(Opcode.Unlink, _root, RawGuest.Z("alias")).Error);
        Assert.Equal("secret", File.ReadAllText(_guest.Outside + "/secret"));
    }

    [Fact]
    public void Linking_it_once_more_inside_does_not_make_it_changeable()
    {
        var node = _guest.Lookup(_root, "alias").NodeId;
        for (var i = 0; i < 3; i++)
            Assert.Equal(0, Link(node, _root, $"more{i}"));
        Assert.Equal(Errno.EPERM, _guest.Open(node, OpenFlags.WriteOnly, out _));
        // The same name seen again and again is still one name.
        for (var i = 0; i < 5; i++)
            Assert.Equal(node, _guest.Lookup(_root, "more0").NodeId);
        Assert.Equal(0, _guest.Call(Opcode.Rename, _root, RawGuest.Bytes(new RenameIn { NewDirectory = _root }, RawGuest.Z("more1"), RawGuest.Z("moved"))).Error);
        Assert.Equal(Errno.EPERM, _guest.Open(node, OpenFlags.WriteOnly, out _));
    }

    [Fact]
    public void Links_made_inside_are_changeable_under_every_name_also_after_the_guest_forgot_them()
    {
        var made = _guest.Create(_root, "f").Out;
        var node = made.Entry.NodeId;
        Assert.Equal(0, _guest.Release(node, made.Open.Handle));
        Assert.Equal(0, _guest.Call(Opcode.MkDir, _root, RawGuest.Bytes(new MkDirIn { Mode = 0x1FF }, RawGuest.Z("d"))).Error);
        Assert.Equal(0, Link(node, _guest.Lookup(_root, "d").NodeId, "g"));
        _guest.Send(RawGuest.Frame(Opcode.Forget, node, RawGuest.Bytes(new ForgetIn { Lookups = 2 }), 0));
        Assert.Equal(0, _guest.Open(_guest.Lookup(_root, "f").NodeId, OpenFlags.WriteOnly, out _));
        Assert.Equal(0, _guest.Call(Opcode.Rename, _root, RawGuest.Bytes(new RenameIn { NewDirectory = _root }, RawGuest.Z("f"), RawGuest.Z("f2"))).Error);
        Assert.Equal(0, _guest.Open(_guest.Lookup(_root, "f2").NodeId, OpenFlags.WriteOnly | OpenFlags.Truncate, out _));
    }

    [Fact]
    public void Links_made_on_the_host_are_changeable_once_all_their_names_were_seen_inside()
    {
        File.WriteAllText(_guest.Host + "/one", "x");
        Assert.Equal(0, Kernel.Link(_guest.Host + "/one", _guest.Host + "/two"));
        var node = _guest.Lookup(_root, "one").NodeId;
        Assert.Equal(Errno.EPERM, _guest.Open(node, OpenFlags.WriteOnly, out _));
        Assert.Equal(node, _guest.Lookup(_root, "two").NodeId);
        Assert.Equal(0, _guest.Open(node, OpenFlags.WriteOnly, out _));
    }

    [Fact]
    public void A_name_that_left_the_workspace_counts_no_more()
    {
        File.WriteAllText(_guest.Host + "/one", "x");
        Assert.Equal(0, Kernel.Link(_guest.Host + "/one", _guest.Host + "/two"));
        var node = _guest.Lookup(_root, "one").NodeId;
        _ = _guest.Lookup(_root, "two");
        File.Move(_guest.Host + "/two", _guest.Outside + "/two");
        Assert.Equal(Errno.EPERM, _guest.Open(node, OpenFlags.WriteOnly, out _));
    }

    private int Link(ulong node, ulong directory, string name) =>
        _guest.Call(Opcode.Link, directory, RawGuest.Bytes(new LinkIn { OldNodeId = node }, RawGuest.Z(name))).Error;
}
