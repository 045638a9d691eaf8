using System.Buffers.Text;

namespace Sbx.Workspaces.Native;

/// <summary>
/// <c>/proc/self/fd/N</c> as a C string: the only way to reopen or name a held descriptor. It names an open file and not a
/// path, so nothing that happens to names in between can redirect it.
/// </summary>
internal unsafe struct ProcPath
{
    private fixed byte _bytes[32];

    internal ProcPath(int fd)
    {
        fixed (byte* bytes = _bytes)
        {
            var span = new Span<byte>(bytes, 32);
            "/proc/self/fd/"u8.CopyTo(span);
            Utf8Formatter.TryFormat(fd, span[14..31], out var written);
            span[14 + written] = 0;
        }
    }

    /// <summary>The string; valid while this value stays where it is (a local).</summary>
    internal byte* Pointer => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _bytes[0]);
}
