using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sbx.Machines.Native;

namespace Sbx.Machines.Disks;

/// <summary>Copies and trims files with holes.</summary>
internal static class SparseFile
{
    private const int Chunk = 1024 * 1024;

    /// <summary>Fills an empty file from another: shares its blocks where the file system can, else copies only what is no hole.</summary>
    /// <exception cref="IOException">Reading or writing failed, for example because the disk is full.</exception>
    public static void Copy(SafeFileHandle source, SafeFileHandle target, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() && Libc.Control(Number(target), Libc.FiClone, Number(source)) == 0)
            return;
        var length = RandomAccess.GetLength(source);
        RandomAccess.SetLength(target, length);
        var buffer = new byte[Chunk];
        foreach (var (start, end) in DataRanges(source, length))
        {
            for (var offset = start; offset < end;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(source, buffer.AsSpan(0, (int)Math.Min(Chunk, end - offset)), offset);
                if (read == 0)
                    throw new EndOfStreamException("a file became shorter while it was copied");
                RandomAccess.Write(target, buffer.AsSpan(0, read), offset);
                offset += read;
            }
        }
    }

    /// <summary>Turns zeroed pages into holes. Does nothing where the file system has no holes.</summary>
    /// <returns>Bytes given back.</returns>
    public static long PunchZeroes(SafeFileHandle file, CancellationToken cancellationToken)
    {
        const int page = 4096;
        var length = RandomAccess.GetLength(file);
        var buffer = new byte[Chunk];
        long freed = 0;
        foreach (var (start, end) in DataRanges(file, length))
        {
            for (var offset = start / page * page; offset < end; offset += Chunk)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, buffer, offset);
                for (var at = 0; at < read;)
                {
                    var run = ZeroRun(buffer.AsSpan(at, read - at), page);
                    if (run > 0 && Libc.Allocate(Number(file), Libc.FallocPunchHole | Libc.FallocKeepSize, offset + at, run) != 0)
                        return freed;
                    freed += run;
                    at += run > 0 ? run : page;
                }
            }
        }

        return freed;
    }

    // Length of the zeroed whole pages at the start.
    private static int ZeroRun(ReadOnlySpan<byte> bytes, int page)
    {
        var first = bytes.IndexOfAnyExcept((byte)0);
        return first < 0 ? bytes.Length / page * page : first / page * page;
    }

    private static IEnumerable<(long Start, long End)> DataRanges(SafeFileHandle file, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            // SEEK_DATA has another number elsewhere; copying all of it is right, only slower.
            yield return (0, length);
            yield break;
        }

        for (long position = 0; position < length;)
        {
            var start = Libc.Seek(Number(file), position, Libc.SeekData);
            if (start < 0)
            {
                if (Marshal.GetLastPInvokeError() == NoMoreData)
                    yield break;
                start = position; // the file system cannot tell: all is data
            }

            var end = Libc.Seek(Number(file), start, Libc.SeekHole);
            if (end <= start)
                end = length;
            yield return (start, end);
            position = end;
        }
    }

    private const int NoMoreData = 6; // ENXIO

    private static int Number(SafeFileHandle file) => (int)file.DangerousGetHandle();
}
