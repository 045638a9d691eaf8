using Sbx.Workspaces.Native;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Tests.Attacks;

public sealed class MalformedRequestTests
{
    public static TheoryData<string, byte[]> Broken()
    {
        var data = new TheoryData<string, byte[]>();
        foreach (var name in new[] { "", ".", "..", "/", "a/b", "../outside", "/etc" })
        {
            data.Add($"lookup '{name}'", RawGuest.Frame(Opcode.Lookup, 1, RawGuest.Z(name), 1));
            data.Add($"mkdir '{name}'", RawGuest.Frame(Opcode.MkDir, 1, RawGuest.Bytes(default(MkDirIn), RawGuest.Z(name)), 1));
            data.Add($"rename to '{name}'", RawGuest.Frame(Opcode.Rename, 1, RawGuest.Bytes(new RenameIn { NewDirectory = 1 }, RawGuest.Z("a"), RawGuest.Z(name)), 1));
            data.Add($"link to '{name}'", RawGuest.Frame(Opcode.Link, 1, RawGuest.Bytes(new LinkIn { OldNodeId = 1 }, RawGuest.Z(name)), 1));
            data.Add($"create '{name}'", RawGuest.Frame(Opcode.Create, 1, RawGuest.Bytes(default(CreateIn), RawGuest.Z(name)), 1));
            data.Add($"unlink '{name}'", RawGuest.Frame(Opcode.Unlink, 1, RawGuest.Z(name), 1));
        }

        data.Add("name without end", RawGuest.Frame(Opcode.Lookup, 1, "abc"u8.ToArray(), 1));
        data.Add("bytes after the name", RawGuest.Frame(Opcode.Lookup, 1, "abc\0def\0"u8.ToArray(), 1));
        data.Add("short getattr", RawGuest.Frame(Opcode.GetAttr, 1, new byte[8], 1));
        data.Add("long getattr", RawGuest.Frame(Opcode.GetAttr, 1, new byte[24], 1));
        data.Add("write of less than it says", RawGuest.Frame(Opcode.Write, 1, RawGuest.Bytes(new WriteIn { Size = 100 }, new byte[99]), 1));
        data.Add("write of 4 GiB", RawGuest.Frame(Opcode.Write, 1, RawGuest.Bytes(new WriteIn { Size = uint.MaxValue }), 1));
        data.Add("setxattr of 4 GiB", RawGuest.Frame(Opcode.SetXattr, 1, RawGuest.Bytes(new SetXattrIn { Size = uint.MaxValue }, RawGuest.Z("user.x")), 1));
        data.Add("wrong number of forgets", RawGuest.Frame(Opcode.BatchForget, 1, RawGuest.Bytes(new BatchForgetIn { Count = uint.MaxValue }), 1));
        data.Add("length 0", new byte[40]);
        data.Add("length 39", RawGuest.Bytes(new InHeader { Length = 39, Opcode = Opcode.GetAttr, Unique = 1 }));
        data.Add("length 4 GiB", RawGuest.Bytes(new InHeader { Length = uint.MaxValue, Opcode = Opcode.Write, Unique = 1 }));
        data.Add("length 2 MiB", RawGuest.Bytes(new InHeader { Length = 2 << 20, Opcode = Opcode.Write, Unique = 1 }));
        data.Add("extension", RawGuest.Bytes(new InHeader { Length = 40, Opcode = Opcode.StatFs, Unique = 1, NodeId = 1, ExtensionLength = 1 }));
        data.Add("no number", RawGuest.Bytes(new InHeader { Length = 40, Opcode = Opcode.StatFs, NodeId = 1 }));
        data.Add("second handshake", RawGuest.Frame(Opcode.Init, 0, RawGuest.Init(), 1));
        return data;
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_malformed_request_ends_the_session(string what, byte[] frame)
    {
        Assert.NotEmpty(what);
        using var guest = new RawGuest();
        guest.Send(frame);
        await guest.AssertEndedForViolation();
    }

    [Fact]
    public async Task A_request_before_the_handshake_ends_the_session()
    {
        using var guest = new RawGuest(handshake: false);
        guest.Send(RawGuest.Frame(Opcode.GetAttr, 1, new byte[16], 1));
        await guest.AssertEndedForViolation();
    }

    [Fact]
    public async Task A_handshake_of_another_major_version_ends_the_session()
    {
        using var guest = new RawGuest(handshake: false);
        guest.Send(RawGuest.Frame(Opcode.Init, 0, RawGuest.Bytes(new InitIn { Major = 8, Minor = 38, Flags = (InitFlags)uint.MaxValue }), 1));
        await guest.AssertEndedForViolation();
    }

    [Fact]
    public async Task A_channel_that_ends_inside_a_request_is_a_violation()
    {
        using var guest = new RawGuest();
        guest.Send(RawGuest.Frame(Opcode.GetAttr, 1, new byte[16], 1)[..30]);
        guest.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await guest.AssertEndedForViolation();
    }

    [Fact]
    public async Task A_channel_that_ends_between_requests_is_an_orderly_end()
    {
        using var guest = new RawGuest();
        guest.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await guest.Server.Completion.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Requests_that_arrive_byte_by_byte_are_answered()
    {
        using var guest = new RawGuest();
        foreach (var b in RawGuest.Frame(Opcode.GetAttr, 1, new byte[16], 5))
            guest.Send([b]);
        Assert.Equal(0, guest.Receive(5).Error);
    }

    [Fact]
    public void Names_too_long_and_unknown_requests_are_refused_and_the_session_goes_on()
    {
        using var guest = new RawGuest();
        Assert.Equal(Errno.ENAMETOOLONG, guest.LookupError(guest.Root(), new string('x', 256)));
        Assert.Equal(Errno.ENAMETOOLONG, guest.Create(guest.Root(), new string('x', 1000)).Error);
        foreach (var opcode in new uint[] { 0, 7, 19, 34, 37, 40, 48, 50, 51, 52, 1000, uint.MaxValue })
            Assert.Equal(Errno.ENOSYS, guest.Call((Opcode)opcode, 1, []).Error);
        Assert.Equal(0, guest.GetAttr(1));
    }
}
