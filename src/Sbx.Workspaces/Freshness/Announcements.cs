using System.Runtime.CompilerServices;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Freshness;

/// <summary>FUSE_NOTIFY_INVAL_ENTRY and _INODE messages, gathered and sent together. Not thread-safe.</summary>
internal sealed unsafe class Announcements(Output output)
{
    private const int Largest = 512;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: true);
    private int _used;

    /// <summary>A name in a directory now is something else, or nothing.</summary>
    internal void EntryChanged(ulong parent, ReadOnlySpan<byte> name)
    {
        var start = Begin(NotifyCode.InvalidateEntry);
        Put(new InvalidateEntryOut { Parent = parent, NameLength = (uint)name.Length });
        name.CopyTo(_bytes.AsSpan(_used));
        _used += name.Length;
        _bytes[_used++] = 0;
        End(start);
    }

    /// <summary>Attributes of a node changed, and its content too if <paramref name="content"/>.</summary>
    internal void InodeChanged(ulong node, bool content)
    {
        var start = Begin(NotifyCode.InvalidateInode);
        Put(new InvalidateInodeOut { Inode = node, Offset = content ? 0 : -1 });
        End(start);
    }

    internal void Flush()
    {
        fixed (byte* bytes = _bytes)
            output.Send(bytes, _used);
        _used = 0;
    }

    private int Begin(NotifyCode code)
    {
        if (_used + Largest > _bytes.Length)
            Flush();
        var start = _used;
        Put(new OutHeader { Error = (int)code });
        return start;
    }

    private void Put<T>(in T value)
        where T : unmanaged
    {
        Unsafe.WriteUnaligned(ref _bytes[_used], value);
        _used += sizeof(T);
    }

    private void End(int start) => Unsafe.WriteUnaligned(ref _bytes[start], (uint)(_used - start));
}
