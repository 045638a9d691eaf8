using System.Runtime.InteropServices;
using Sbx.Guest.Boot;
using Sbx.Guest.Native;

namespace Sbx.Guest.Files;

/// <summary>
/// Carries FUSE messages between the kernel and the host's file server, on two threads that block in read and write and do
/// nothing else. The kernel's requests are whole per read; replies frame themselves by the length in fuse_out_header, and those
/// without a request (unique is 0) are notices.
/// </summary>
internal static unsafe class FuseRelay
{
    /// <summary>Most bytes of file data in one message.</summary>
    public const int MaxData = 1024 * 1024;

    // Headers, and names or extended attributes beside the data.
    private const int BufferSize = MaxData + 64 * 1024;
    private const int ReplyHeaderSize = 16;
    private const int ManyPages = 4 * 4096;
    private const int UniqueOffset = 8;

    public static void Start(int device, int port)
    {
        var notices = new FuseNotices(device);
        new Thread(() => Guard("requests", () => CarryRequests(device, port)), 256 * 1024) { IsBackground = true, Name = "fuse requests" }.Start();
        new Thread(() => Guard("replies", () => CarryReplies(device, port, notices)), 256 * 1024) { IsBackground = true, Name = "fuse replies" }.Start();
    }

    private static void Guard(string what, Action run)
    {
        try
        {
            run();
        }
        catch (Exception e)
        {
            BootLog.Write($"the file system's {what} have ended: {e.Message}");
        }
    }

    private static void CarryRequests(int device, int port)
    {
        var buffer = (byte*)NativeMemory.Alloc(BufferSize);
        while (true)
        {
            var length = Libc.Read(device, buffer, BufferSize);
            if (length > 0)
            {
                Descriptor.WriteAll(port, new ReadOnlySpan<byte>(buffer, (int)length));
                continue;
            }

            var errno = length < 0 ? Marshal.GetLastPInvokeError() : Errno.ENODEV;
            // ENOENT: the process gave its request up before it was read.
            if (errno is Errno.EINTR or Errno.ENOENT or Errno.EAGAIN)
                continue;
            if (errno == Errno.ENODEV)
                return;
            throw new SyscallException(errno, "read /dev/fuse");
        }
    }

    private static void CarryReplies(int device, int port, FuseNotices notices)
    {
        var buffer = (byte*)NativeMemory.Alloc(BufferSize);
        var reader = new PortReader(port);
        int start = 0, end = 0;
        while (true)
        {
            while (end - start >= ReplyHeaderSize)
            {
                var length = *(uint*)(buffer + start);
                if (length is < ReplyHeaderSize or > BufferSize)
                    throw new InvalidDataException($"a reply of {length} bytes is outside {ReplyHeaderSize} to {BufferSize}");
                if (end - start < length)
                    break;
                var message = new ReadOnlySpan<byte>(buffer + start, (int)length);
                if (*(ulong*)(buffer + start + UniqueOffset) == 0)
                    notices.Add(message);
                else
                    Write(device, message);
                start += (int)length;
            }

            if (start == end)
                start = end = 0;
            else if (start > 0)
            {
                Buffer.MemoryCopy(buffer + start, buffer, BufferSize, end - start);
                end -= start;
                start = 0;
            }

            // What remains of a message of several pages is certain to come.
            var remaining = end >= ReplyHeaderSize ? (int)*(uint*)buffer - end : 0;
            var read = remaining >= ManyPages ? reader.ReadAnnounced(buffer + end, remaining) : reader.Read(buffer + end, BufferSize - end);
            end += read;
        }
    }

    /// <summary>Hands one message to the kernel.</summary>
    /// <exception cref="SyscallException">The file system is gone.</exception>
    internal static void Write(int device, ReadOnlySpan<byte> message)
    {
        var written = Descriptor.Write(device, message);
        // ENOENT: the request was interrupted, or the announced file is not known here. EINVAL and the like: the message does
        // not fit, which fails one request only.
        if (written is -Errno.ENODEV or -Errno.EBADF)
            throw new SyscallException(-written, "write /dev/fuse");
    }
}
