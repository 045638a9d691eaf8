using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sbx.Machines.Native;

/// <summary>What statx(2) tells of a file and the framework does not.</summary>
/// <param name="Inode">Number of the file.</param>
/// <param name="ChangedNanoseconds">Time of its last change of any kind (ctime), which no program can set, since 1970 UTC.</param>
/// <param name="AllocatedBytes">Space it takes.</param>
/// <param name="Group">Its group.</param>
internal sealed record FileStatus(ulong Inode, long ChangedNanoseconds, long AllocatedBytes, uint Group)
{
    private const int CurrentDirectory = -100;
    private const uint BasicStatistics = 0x7ff;

    /// <summary>Asks for it (Linux only).</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    public static unsafe FileStatus Of(string path)
    {
        const int size = 256; // struct statx, the same on all architectures
        var result = stackalloc byte[size];
        if (Libc.ExtendedStatus(CurrentDirectory, path, 0, BasicStatistics, result) != 0)
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        var bytes = new ReadOnlySpan<byte>(result, size);
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[0x60..]);
        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x68..]);
        return new FileStatus(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[0x20..]),
            (seconds * 1_000_000_000) + nanoseconds,
            (long)BinaryPrimitives.ReadUInt64LittleEndian(bytes[0x30..]) * 512,
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[0x18..]));
    }
}
