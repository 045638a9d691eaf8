using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Sbx.Workspaces.Native;
using Sbx.Workspaces.Tests.Mounting;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Tests.Attacks;

/// <summary>A guest without a kernel: sends whatever bytes it likes.</summary>
internal sealed class RawGuest : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private ulong _unique = 100;

    internal RawGuest(Func<string, WorkspaceServerOptions>? options = null, bool handshake = true)
    {
        Host = Path.Combine(_directory.Path, "host");
        Outside = Path.Combine(_directory.Path, "outside");
        Directory.CreateDirectory(Host);
        Directory.CreateDirectory(Outside);
        File.WriteAllText(Outside + "/secret", "secret");
        (var server, Socket) = SocketPair.Create();
        Socket.ReceiveTimeout = 20_000;
        Server = WorkspaceServer.Start(server, options?.Invoke(Host) ?? Options(new WorkspaceRoot(Host)));
        if (handshake)
            Assert.Equal(0, Call(Opcode.Init, 0, Init()).Error);
    }

    internal WorkspaceServer Server { get; }

    internal Socket Socket { get; }

    internal string Host { get; }

    internal string Outside { get; }

    internal static WorkspaceServerOptions Options(params WorkspaceRoot[] roots) =>
        new() { Roots = roots, Owner = new OwnerMapping(0, 0, 0, 0), AnnounceHostChanges = false };

    internal static byte[] Init() => Bytes(new InitIn { Major = 7, Minor = 38, MaxReadAhead = 131072, Flags = (InitFlags)uint.MaxValue });

    internal static byte[] Bytes<T>(T value, params byte[][] rest)
        where T : unmanaged
    {
        var fixedPart = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(fixedPart, value);
        return [.. fixedPart, .. rest.SelectMany(part => part)];
    }

    internal static byte[] Z(string text) => Encoding.UTF8.GetBytes(text + "\0");

    internal static T As<T>(byte[] payload)
        where T : unmanaged => MemoryMarshal.Read<T>(payload);

    internal static byte[] Frame(Opcode opcode, ulong node, byte[] body, ulong unique) =>
        Bytes(new InHeader { Length = (uint)(40 + body.Length), Opcode = opcode, Unique = unique, NodeId = node }, body);

    /// <summary>One request and its answer; the error is positive.</summary>
    internal (int Error, byte[] Payload) Call(Opcode opcode, ulong node, byte[] body)
    {
        var unique = ++_unique;
        Send(Frame(opcode, node, body, unique));
        return Receive(unique);
    }

    internal void Send(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += Socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
    }

    internal (int Error, byte[] Payload) Receive(ulong unique)
    {
        var header = As<OutHeader>(Exactly(16));
        Assert.InRange(header.Length, 16u, (1u << 20) + 16);
        Assert.Equal(unique, header.Unique);
        return (-header.Error, Exactly((int)header.Length - 16));
    }

    /// <summary>The next answer without a payload, whatever request it belongs to.</summary>
    internal (ulong Unique, int Error) ReceiveAny()
    {
        var header = As<OutHeader>(Exactly(16));
        Assert.Equal(16u, header.Length);
        return (header.Unique, -header.Error);
    }

    internal EntryOut Lookup(ulong parent, string name)
    {
        var (error, payload) = Call(Opcode.Lookup, parent, Z(name));
        Assert.Equal(0, error);
        return As<EntryOut>(payload);
    }

    internal int LookupError(ulong parent, string name) => Call(Opcode.Lookup, parent, Z(name)).Error;

    /// <summary>Node of the first root.</summary>
    internal ulong Root(int index = 0) => Lookup(1, index.ToString()).NodeId;

    internal int Open(ulong node, int flags, out ulong handle)
    {
        var (error, payload) = Call(Opcode.Open, node, Bytes(new OpenIn { Flags = (uint)flags }));
        handle = error == 0 ? As<OpenOut>(payload).Handle : 0;
        return error;
    }

    internal (int Error, CreateOut Out) Create(ulong parent, string name, int flags = OpenFlags.ReadWrite, uint mode = 0x1A4)
    {
        var (error, payload) = Call(Opcode.Create, parent, Bytes(new CreateIn { Flags = (uint)flags, Mode = 0x8000 | mode }, Z(name)));
        return (error, error == 0 ? As<CreateOut>(payload) : default);
    }

    internal (int Error, byte[] Data) Read(ulong node, ulong handle, uint size = 4096, ulong offset = 0) =>
        Call(Opcode.Read, node, Bytes(new ReadIn { Handle = handle, Size = size, Offset = offset }));

    internal int Write(ulong node, ulong handle, string text) =>
        Call(Opcode.Write, node, Bytes(new WriteIn { Handle = handle, Size = (uint)text.Length }, Encoding.UTF8.GetBytes(text))).Error;

    internal int Release(ulong node, ulong handle) => Call(Opcode.Release, node, Bytes(new ReleaseIn { Handle = handle })).Error;

    internal int GetAttr(ulong node) => Call(Opcode.GetAttr, node, Bytes(default(GetAttrIn))).Error;

    /// <summary>Whether the server ended the session because the guest broke the protocol.</summary>
    internal async Task AssertEndedForViolation() =>
        await Assert.ThrowsAsync<WorkspaceProtocolException>(() => Server.Completion.WaitAsync(TimeSpan.FromSeconds(20)));

    public void Dispose()
    {
        Server.Dispose();
        Socket.Dispose();
        _directory.Dispose();
    }

    private byte[] Exactly(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var read = Socket.Receive(bytes, have, count - have, SocketFlags.None);
            if (read == 0)
                throw new EndOfStreamException("the server closed the channel");
            have += read;
        }

        return bytes;
    }
}
