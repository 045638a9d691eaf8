using System.Runtime.InteropServices;
using Sbx.Guest.Native;

namespace Sbx.Guest.Files;

/// <summary>
/// Reads the files port. The driver hands out at most one of its page-sized buffers per read, so what is certain to come is
/// read with many pages in one system call.
/// </summary>
internal sealed unsafe class PortReader(int port)
{
    private const int PageSize = 4096;
    private const int MaxPages = 256;

    private readonly IoVector* _pages = (IoVector*)NativeMemory.Alloc(MaxPages, (nuint)sizeof(IoVector));

    /// <summary>Reads what has arrived, at least one byte.</summary>
    /// <exception cref="EndOfStreamException">The host closed the port.</exception>
    /// <exception cref="SyscallException">The port is broken.</exception>
    public int Read(byte* target, int room) => Check(Libc.Read(port, target, room));

    /// <summary>Reads at least one byte of <paramref name="count"/> that the host has announced, and blocks for all of them at most.</summary>
    /// <exception cref="EndOfStreamException">The host closed the port.</exception>
    /// <exception cref="SyscallException">The port is broken.</exception>
    public int ReadAnnounced(byte* target, int count)
    {
        var pages = 0;
        for (; pages < MaxPages && count > 0; pages++)
        {
            var length = Math.Min(count, PageSize);
            _pages[pages] = new IoVector { Start = target, Length = length };
            target += length;
            count -= length;
        }

        return Check(Libc.ReadVector(port, _pages, pages));
    }

    private static int Check(nint read) => read switch
    {
        > 0 => (int)read,
        0 => throw new EndOfStreamException("the host closed the files port"),
        _ when Marshal.GetLastPInvokeError() == Errno.EINTR => 0,
        _ => throw SyscallException.Last("read the files port"),
    };
}
