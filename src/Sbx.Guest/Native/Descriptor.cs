using System.Runtime.InteropServices;

namespace Sbx.Guest.Native;

/// <summary>Reads and writes on raw descriptors that deal with interruption and partial writes.</summary>
internal static unsafe class Descriptor
{
    /// <summary>Opens a path.</summary>
    /// <exception cref="SyscallException">It cannot be opened.</exception>
    public static int Open(string path, int flags, int mode = 0) =>
        SyscallException.Check(Libc.Open(path, flags | Libc.OCloseOnExec, mode), $"open {path}");

    /// <summary>What statx tells; false when the call failed.</summary>
    public static bool TryStatus(int directory, string path, int flags, out FileStatus status)
    {
        fixed (FileStatus* target = &status)
            return Libc.StatX(directory, path, flags, FileStatus.BasicMask, target) == 0;
    }

    /// <summary>One read; negative results are negated error numbers.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = Libc.Read(descriptor, start, buffer.Length);
                if (read >= 0)
                    return (int)read;
                var errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                    return -errno;
            }
        }
    }

    /// <summary>One write; negative results are negated error numbers.</summary>
    public static int Write(int descriptor, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var written = Libc.Write(descriptor, start, buffer.Length);
                if (written >= 0)
                    return (int)written;
                var errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                    return -errno;
            }
        }
    }

    /// <summary>Writes everything to a blocking descriptor.</summary>
    /// <exception cref="SyscallException">A write failed.</exception>
    public static void WriteAll(int descriptor, ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var written = Write(descriptor, buffer);
            if (written < 0)
                throw new SyscallException(-written, "write");
            buffer = buffer[written..];
        }
    }
}
