using System.Runtime.InteropServices;
using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Handles;

/// <summary>
/// Reads a directory in pieces. The cookie the guest gives back is the file system's own, so a listing of any length needs
/// one small buffer and survives changes as well as the host's file system does.
/// </summary>
internal sealed unsafe class DirectoryStream(int fd)
{
    private const int BufferSize = 32 * 1024;
    private const int HeaderSize = 19;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private int _start;
    private int _end;
    private long _position;

    /// <summary>Goes to where <paramref name="cookie"/> points; 0 is the beginning, read anew.</summary>
    internal int Seek(long cookie)
    {
        if (cookie == _position && (cookie != 0 || _end == 0))
            return 0;
        if (Libc.LSeek(fd, cookie, 0) < 0)
            return Libc.LastError;
        (_start, _end, _position) = (0, 0, cookie);
        return 0;
    }

    /// <summary>Looks at the next entry; false at the end.</summary>
    internal bool Peek(out HostEntry entry, out int error)
    {
        entry = default;
        error = 0;
        var buffer = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0);
        if (_start == _end)
        {
            var read = Libc.GetDents64(fd, buffer, BufferSize);
            if (read <= 0)
            {
                error = read < 0 ? Libc.LastError : 0;
                return false;
            }

            (_start, _end) = (0, (int)read);
        }

        // struct linux_dirent64: inode, offset, record length, type, name.
        var at = buffer + _start;
        entry = new HostEntry(*(ulong*)at, *(long*)(at + 8), at[18], at + HeaderSize, *(ushort*)(at + 16));
        return true;
    }

    /// <summary>Takes the entry that was looked at.</summary>
    internal void Advance(in HostEntry entry)
    {
        _start += entry.RecordLength;
        _position = entry.Cookie;
    }
}

/// <summary>An entry as the kernel gives it; the name ends in NUL and is valid until the next look.</summary>
internal readonly unsafe struct HostEntry(ulong inode, long cookie, uint type, byte* name, int recordLength)
{
    internal ulong Inode { get; } = inode;

    internal long Cookie { get; } = cookie;

    internal uint Type { get; } = type;

    internal byte* Name { get; } = name;

    internal int RecordLength { get; } = recordLength;

    internal int NameLength => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(Name).Length;

    internal bool IsDots => Name[0] == '.' && (Name[1] == 0 || (Name[1] == '.' && Name[2] == 0));
}
