using System.Net.Sockets;
using FsCheck.Xunit;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Tests.Attacks;

/// <summary>Random and half-valid requests: the server answers or ends the session, and leaves nothing open.</summary>
public sealed class FuzzTests
{
    private static readonly uint[] Opcodes = [.. Enum.GetValues<Opcode>().Select(opcode => (uint)opcode)];

    [Property(MaxTest = 100)]
    public void Random_bytes_never_bring_the_server_down(byte[][] pieces)
    {
        using var guest = new RawGuest();
        var all = pieces.SelectMany(piece => piece).ToArray();
        SendAndEnd(guest, all);
    }

    [Fact]
    public void Half_valid_requests_in_any_order_never_bring_the_server_down_and_leave_no_descriptor_open()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            using var guest = new RawGuest();
            Directory.CreateDirectory(guest.Host + "/d");
            File.WriteAllText(guest.Host + "/d/f", "x");
            File.CreateSymbolicLink(guest.Host + "/l", guest.Outside);
            _ = guest.Lookup(guest.Root(), "d");
            var frames = Enumerable.Range(0, random.Next(1, 400)).SelectMany(i => Frame(random, (ulong)i + 1000)).ToArray();
            SendAndEnd(guest, frames);
            var state = guest.Server.Session.State;
            Assert.Equal(0, state.Handles.Count);
            Assert.Equal(0, state.Tree.Descriptors.Count);
            Assert.Equal(["secret"], Directory.GetFileSystemEntries(guest.Outside).Select(path => Path.GetFileName(path)!));
            Assert.Equal("secret", File.ReadAllText(guest.Outside + "/secret"));
        }
    }

    private static byte[] Frame(Random random, ulong unique)
    {
        var opcode = (Opcode)Opcodes[random.Next(Opcodes.Length)];
        if (opcode == Opcode.Init)
            opcode = Opcode.Lookup;
        ulong node = random.Next(8) switch { 0 => (ulong)random.NextInt64(), 1 => 0UL, _ => (ulong)random.Next(1, 8) };
        var name = RawGuest.Z(new[] { "d", "f", "l", "new", "0", "x" }[random.Next(6)]);
        var number = (ulong)random.Next(0, 6);
        var size = (uint)random.Next(0, 5000);
        byte[] body = opcode switch
        {
            Opcode.Lookup or Opcode.Unlink or Opcode.RmDir => name,
            Opcode.Forget => RawGuest.Bytes(new ForgetIn { Lookups = number }),
            Opcode.BatchForget => RawGuest.Bytes(new BatchForgetIn { Count = 1 }, RawGuest.Bytes(new ForgetOne { NodeId = number, Lookups = number })),
            Opcode.GetAttr => new byte[16],
            Opcode.SetAttr => RawGuest.Bytes(new SetAttrIn { Valid = (SetAttrValid)random.Next(512), Handle = number, Size = size, Mode = (uint)random.Next(65536), Uid = 0 }),
            Opcode.Symlink => [.. name, .. RawGuest.Z("/etc/passwd")],
            Opcode.MkNod => RawGuest.Bytes(new MkNodIn { Mode = (uint)random.Next(65536) }, name),
            Opcode.MkDir => RawGuest.Bytes(new MkDirIn { Mode = (uint)random.Next(4096) }, name),
            Opcode.Rename => RawGuest.Bytes(new RenameIn { NewDirectory = number + 1 }, name, RawGuest.Z("r")),
            Opcode.Rename2 => RawGuest.Bytes(new Rename2In { NewDirectory = number + 1, Flags = (uint)random.Next(4) }, name, RawGuest.Z("new")),
            Opcode.Link => RawGuest.Bytes(new LinkIn { OldNodeId = number + 1 }, name),
            Opcode.Open or Opcode.OpenDir => RawGuest.Bytes(new OpenIn { Flags = (uint)random.Next() }),
            Opcode.Create => RawGuest.Bytes(new CreateIn { Flags = (uint)random.Next(), Mode = (uint)random.Next(65536) }, name),
            Opcode.Read or Opcode.ReadDir or Opcode.ReadDirPlus => RawGuest.Bytes(new ReadIn { Handle = number, Offset = number * 100, Size = size }),
            Opcode.Write => RawGuest.Bytes(new WriteIn { Handle = number, Offset = number * 1000, Size = size }, new byte[size]),
            Opcode.Release or Opcode.ReleaseDir or Opcode.Flush => RawGuest.Bytes(new ReleaseIn { Handle = number, LockOwner = number }),
            Opcode.FSync or Opcode.FSyncDir => RawGuest.Bytes(new FSyncIn { Handle = number }),
            Opcode.SetXattr => RawGuest.Bytes(new SetXattrIn { Size = size }, RawGuest.Z("user.a"), new byte[size]),
            Opcode.GetXattr => RawGuest.Bytes(new XattrSize { Size = size }, RawGuest.Z("user.a")),
            Opcode.ListXattr => RawGuest.Bytes(new XattrSize { Size = size }),
            Opcode.RemoveXattr => RawGuest.Z("user.a"),
            Opcode.GetLock or Opcode.SetLock or Opcode.SetLockWait => RawGuest.Bytes(new LockIn
            {
                Handle = number, Owner = (ulong)random.Next(3), Flags = (uint)random.Next(2), Lock = new WireLock { Start = number, End = number + size, Type = (uint)random.Next(4) },
            }),
            Opcode.Interrupt => RawGuest.Bytes(new InterruptIn { Unique = unique - 1 }),
            Opcode.FAllocate => RawGuest.Bytes(new FAllocateIn { Handle = number, Offset = size, Length = size, Mode = (uint)random.Next(20) }),
            Opcode.LSeek => RawGuest.Bytes(new LSeekIn { Handle = number, Offset = size, Whence = (uint)random.Next(6) }),
            Opcode.CopyFileRange => RawGuest.Bytes(new CopyFileRangeIn { HandleIn = number, HandleOut = (ulong)random.Next(5), NodeIdOut = (ulong)random.Next(8), Length = size }),
            _ => Array.Empty<byte>(),
        };
        // One in fifty is broken somewhere.
        if (random.Next(50) == 0 && body.Length > 0)
            body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
        var unnumbered = opcode is Opcode.Forget or Opcode.BatchForget;
        var frame = RawGuest.Frame(opcode, node, body, unnumbered ? 0 : unique);
        if (random.Next(400) == 0)
            frame[random.Next(frame.Length)] ^= (byte)random.Next(256);
        return frame;
    }

    // The answers are read all the while, so that neither side waits for the other.
    private static void SendAndEnd(RawGuest guest, byte[] bytes)
    {
        var reader = new Thread(() =>
        {
            var buffer = new byte[65536];
            try
            {
                while (guest.Socket.Receive(buffer) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // The server hung up.
            }
        });
        reader.Start();
        try
        {
            guest.Send(bytes);
            guest.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server hung up in the middle.
        }

        reader.Join();
        var completion = guest.Server.Completion;
        Assert.True(Task.WaitAny([completion], TimeSpan.FromSeconds(20)) == 0, "the server did not end");
        Assert.Empty(OpenBelow(guest.Host));
        Assert.True(completion.IsCompletedSuccessfully || completion.Exception!.InnerException is WorkspaceProtocolException, completion.Exception?.ToString());
    }

    private static IEnumerable<string> OpenBelow(string directory) => Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(link => new FileInfo(link).LinkTarget ?? "")
        .Where(target => target.StartsWith(directory, StringComparison.Ordinal));
}
