using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sbx.Machines.Native;

/// <summary>The few calls of the C library that the framework does not offer.</summary>
internal static partial class Libc
{
    public const int SigKill = 9;
    public const int SeekData = 3;
    public const int SeekHole = 4;
    public const int FallocKeepSize = 1;
    public const int FallocPunchHole = 2;
    public const int NoSpace = 28;
    public const int QuotaExceeded = 122;
    public const ulong FiClone = 0x40049409;

    public const int WaitForPid = 1;
    public const int WaitExited = 4;

    private const int PageSize = 4096;
    private const int AfUnix = 1;
    private const int SockStream = 1;
    private const int SockCloexecLinux = 0x80000;
    private const int FSetFd = 2;
    private const int FdCloexec = 1;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static unsafe partial int WaitId(int idType, int id, byte* information, int options);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(int fd, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int fd, ulong request, nint argument);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int ExtendedStatus(int directory, string path, int flags, uint mask, byte* result);

    /// <summary>A page with the given code that can be run; 0 where the system does not allow it.</summary>
    public static unsafe nint MapExecutable(ReadOnlySpan<byte> code)
    {
        const int readWrite = 3, readExecute = 5, privateMapping = 2;
        var anonymous = OperatingSystem.IsMacOS() ? 0x1000 : 0x20;
        var page = Map(0, PageSize, readWrite, privateMapping | anonymous, -1, 0);
        if (page == -1)
            return 0;
        code.CopyTo(new Span<byte>((void*)page, PageSize));
        if (Protect(page, PageSize, readExecute) == 0)
            return page;
        Unmap(page);
        return 0;
    }

    /// <summary>Gives a page of <see cref="MapExecutable"/> back.</summary>
    public static void Unmap(nint page) => _ = UnmapRange(page, PageSize);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int UnmapRange(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static unsafe partial int SocketPair(int domain, int type, int protocol, int* fds);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int fd, int command, int argument);

    /// <summary>WNOWAIT: the process stays a zombie.</summary>
    public static int WaitNoReap => OperatingSystem.IsLinux() ? 0x01000000 : 0x20;

    /// <summary>A connected pair of stream sockets that no other child inherits.</summary>
    public static unsafe (SafeSocketHandle Ours, SafeSocketHandle Theirs) ConnectedPair()
    {
        var fds = stackalloc int[2];
        // Only Linux can set the flag in the same call; elsewhere a child started in between could inherit the pair.
        var type = OperatingSystem.IsLinux() ? SockStream | SockCloexecLinux : SockStream;
        if (SocketPair(AfUnix, type, 0, fds) != 0)
            throw new IOException($"no socket pair could be made: {Marshal.GetLastPInvokeErrorMessage()}");
        if (!OperatingSystem.IsLinux())
        {
            _ = FileControl(fds[0], FSetFd, FdCloexec);
            _ = FileControl(fds[1], FSetFd, FdCloexec);
        }

        return (new SafeSocketHandle(fds[0], ownsHandle: true), new SafeSocketHandle(fds[1], ownsHandle: true));
    }
}
