using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sbx.Tool.Copying;

/// <summary>Linux calls that work relative to an open directory. See openat(2), openat2(2), statx(2).</summary>
internal static unsafe partial class Descriptors
{
    public const int Enoent = 2;
    public const int Eexist = 17;
    public const int Exdev = 18;
    public const int Enotdir = 20;
    public const int Enosys = 38;
    public const int Eloop = 40;

    public const int CurrentDirectory = -100;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlock = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int NoFollowAt = 0x100;
    public const int RemoveDirectory = 0x200;

    private const long OpenAt2Call = 437;
    private const ulong ResolveNoMagicLinks = 0x02;
    private const ulong ResolveBeneath = 0x08;
    private const uint BasicStats = 0x7ff;

    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int Directory { get; } = Arm ? 0x4000 : 0x10000;

    public static int NoFollow { get; } = Arm ? 0x8000 : 0x20000;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int directory, string name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectoryAt(int directory, string name, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(int directory, string name, int flags);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SymbolicLinkAt(string target, int directory, string name);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LinkAt(int oldDirectory, string oldName, int newDirectory, string newName, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ReadLinkAt(int directory, string name, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetTimes(int directory, string name, TimeSpec* times, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string name, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenAt2(nint number, int directory, string path, OpenHow* how, nuint size);

    /// <summary>Opens a path that may hold links as long as all of it stays beneath the directory; -1 and errno otherwise.</summary>
    public static int OpenBeneath(int directory, string path, int flags)
    {
        var how = new OpenHow { Flags = (ulong)flags, Resolve = ResolveBeneath | ResolveNoMagicLinks };
        return (int)OpenAt2((nint)OpenAt2Call, directory, path, &how, (nuint)sizeof(OpenHow));
    }

    /// <summary>Type, mode, size and time of a name, links not followed; null when there is none.</summary>
    public static HostStatus? Status(int directory, string name)
    {
        // Offsets of struct statx, which are the same on all architectures.
        var buffer = stackalloc byte[256];
        if (StatX(directory, name, NoFollowAt, BasicStats, buffer) != 0)
            return null;
        return new HostStatus(
            *(ushort*)(buffer + 28), *(long*)(buffer + 40), DateTimeOffset.FromUnixTimeSeconds(*(long*)(buffer + 112)).AddTicks(*(uint*)(buffer + 120) / 100));
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}

/// <summary>What stat tells of a file.</summary>
/// <param name="RawMode">Type and permissions.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Last change of its content.</param>
internal sealed record HostStatus(int RawMode, long Size, DateTimeOffset Modified)
{
    private int Kind => RawMode & 0xF000;

    /// <summary>Permissions without set-user, set-group and sticky bits.</summary>
    public UnixFileMode Permissions => (UnixFileMode)(RawMode & 0x1FF);

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Kind == 0x4000;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => Kind == 0xA000;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsFile => Kind == 0x8000;
}
