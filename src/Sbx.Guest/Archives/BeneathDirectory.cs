using System.Runtime.InteropServices;
using Sbx.Guest.Native;

namespace Sbx.Guest.Archives;

/// <summary>
/// A directory that names of an archive cannot leave: parents are opened with openat2 and RESOLVE_BENEATH, so neither "..",
/// nor an absolute link, nor a link swapped in meanwhile leads out. The last component is never followed.
/// </summary>
internal sealed unsafe class BeneathDirectory : IDisposable
{
    private const nint OpenAt2 = 437;
    private const ulong NoMagicLinks = 0x02;
    private const ulong Beneath = 0x08;
    private readonly int _root;

    public BeneathDirectory(string path) => _root = Descriptor.Open(path, Libc.OReadOnly | Libc.ODirectory);

    /// <summary>Opens the directory of an entry; makes missing ones when asked. The caller closes it.</summary>
    public int OpenParent(ReadOnlySpan<string> components, Action<int, string>? created)
    {
        var directory = OpenBeneath(_root, ".");
        for (var i = 0; i < components.Length; i++)
        {
            // From the root each time: only there does "beneath" mean beneath the named directory.
            var path = string.Join('/', components[..(i + 1)]!);
            var next = TryOpenBeneath(_root, path);
            if (next < 0 && Marshal.GetLastPInvokeError() == Errno.ENOENT && created is not null)
            {
                if (Libc.MakeDirectoryAt(directory, components[i], 0x1ED) == 0)
                    created(directory, components[i]);
                next = TryOpenBeneath(_root, path);
            }

            var error = Marshal.GetLastPInvokeError();
            _ = Libc.Close(directory);
            if (next < 0)
                throw new SyscallException(error, $"open the directory {path}");
            directory = next;
        }

        return directory;
    }

    public void Dispose() => _ = Libc.Close(_root);

    private static int OpenBeneath(int root, string path) => SyscallException.Check(TryOpenBeneath(root, path), $"open the directory {path}");

    private static int TryOpenBeneath(int root, string path)
    {
        var how = new OpenHow
        {
            Flags = Libc.OReadOnly | Libc.ODirectory | Libc.OCloseOnExec,
            Resolve = Beneath | NoMagicLinks,
        };
        var text = Marshal.StringToCoTaskMemUTF8(path);
        var result = (int)Libc.SystemCall(OpenAt2, root, text, (nint)(&how), sizeof(OpenHow));
        var error = Marshal.GetLastPInvokeError();
        Marshal.FreeCoTaskMem(text);
        Marshal.SetLastPInvokeError(error);
        return result;
    }
}
