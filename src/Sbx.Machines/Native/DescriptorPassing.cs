using System.Runtime.InteropServices;

namespace Sbx.Machines.Native;

/// <summary>Sends a descriptor over a unix socket (SCM_RIGHTS, unix(7)). Linux only: the structures differ elsewhere.</summary>
internal static unsafe partial class DescriptorPassing
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;
    private const int NoSignal = 0x4000;

    /// <summary>Sends all bytes, the descriptor with the first of them.</summary>
    /// <exception cref="IOException">The socket did not take them.</exception>
    public static void Send(int socket, ReadOnlySpan<byte> bytes, int descriptor)
    {
        var control = new ControlMessage { Length = (nuint)(sizeof(ControlMessage) - 4), Level = SolSocket, Type = ScmRights, Descriptor = descriptor };
        fixed (byte* data = bytes)
        {
            var vector = new Vector { Base = data, Length = (nuint)bytes.Length };
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(ControlMessage) };
            if (SendMessage(socket, &message, NoSignal) != bytes.Length)
                throw new IOException($"a descriptor could not be passed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int socket, Message* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    // A cmsghdr with one descriptor, padded to the alignment of size_t.
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        public int Padding;
    }
}
