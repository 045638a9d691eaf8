using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sbx.Daemon.Machines;

/// <summary>What the host says of a file; statx(2), whose layout is the same on every Linux architecture.</summary>
internal static partial class FileFacts
{
    private const int CurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;

    /// <summary>Owner of <paramref name="path"/>, or null where it cannot be read.</summary>
    public static (int Uid, int Gid)? Of(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (StatX(CurrentDirectory, path, 0, BasicStats, ref MemoryMarshal.GetReference(buffer)) != 0)
            return null;
        return (BinaryPrimitives.ReadInt32LittleEndian(buffer[20..]), BinaryPrimitives.ReadInt32LittleEndian(buffer[24..]));
    }

    /// <summary>Bytes that <paramref name="path"/> takes on the disk (fewer than its length when it is sparse); 0 where it cannot be read.</summary>
    public static long AllocatedBytes(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        return StatX(CurrentDirectory, path, 0, BasicStats, ref MemoryMarshal.GetReference(buffer)) == 0
            ? BinaryPrimitives.ReadInt64LittleEndian(buffer[48..]) * 512
            : 0;
    }

    /// <summary>The daemon's own user.</summary>
    public static (int Uid, int Gid) Self => ((int)GetUserId(), (int)GetGroupId());

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetGroupId();
}
