using System.Text;
using Sbx.Guest.Native;

namespace Sbx.Guest.Identity;

/// <summary>
/// Reads and replaces small files of the sandbox's root. Whoever is root there may have put anything in their place, so only
/// regular files of bounded size are read, and nothing is opened that could block.
/// </summary>
internal static class AccountFile
{
    private const ulong MaxSize = 1024 * 1024;

    /// <summary>The text, or an empty one when there is no such regular file.</summary>
    public static string Read(string path)
    {
        var file = Libc.Open(path, Libc.OReadOnly | Libc.ONonBlock | Libc.OCloseOnExec);
        if (file < 0)
            return "";
        try
        {
            if (!Descriptor.TryStatus(file, "", Libc.AtEmptyPath, out var status) || !status.IsRegular || status.Size > MaxSize)
                return "";
            var bytes = new byte[status.Size];
            var length = 0;
            while (length < bytes.Length && Descriptor.Read(file, bytes.AsSpan(length)) is > 0 and var read)
                length += read;
            return Encoding.UTF8.GetString(bytes, 0, length);
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    /// <summary>Replaces the file in one step, unless it holds this text already.</summary>
    /// <exception cref="SyscallException">It cannot be written.</exception>
    public static void Replace(string path, string text, int mode)
    {
        if (Read(path) == text && text.Length > 0)
            return;
        var temporary = path + ".sbx";
        _ = Libc.UnlinkAt(Libc.AtFdCwd, temporary, 0);
        var file = Descriptor.Open(temporary, Libc.OWriteOnly | Libc.OCreate | Libc.OExclusive | Libc.ONoFollow, mode);
        try
        {
            Descriptor.WriteAll(file, Encoding.UTF8.GetBytes(text));
            SyscallException.Check(Libc.ChangeMode(file, mode), $"chmod {path}");
        }
        finally
        {
            _ = Libc.Close(file);
        }

        SyscallException.Check(Libc.Rename(temporary, path), $"replace {path}");
    }
}
