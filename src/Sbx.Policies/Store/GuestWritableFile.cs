using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sbx.Policies.Documents;

namespace Sbx.Policies.Store;

/// <summary>
/// Reads a small regular file below a directory the guest can write to: no component below it may be a link, a pipe or device is not
/// waited for, and the size is bounded.
/// </summary>
internal static partial class GuestWritableFile
{
    private const int MaximumBytes = 256 * 1024;

    /// <summary>The text; null when it does not exist.</summary>
    /// <exception cref="PolicyException">It is not a readable regular file.</exception>
    public static string? Read(string root, string directory, string name)
    {
        var path = Path.Combine(root, directory, name);
        try
        {
            using var handle = OperatingSystem.IsWindows() ? OpenOnWindows(root, directory, name) : OpenOnUnix(root, directory, name);
            if (handle is null)
                return null;
            // Not seekable means a pipe or a device; this throws for those.
            var length = RandomAccess.GetLength(handle);
            if (length > MaximumBytes)
                throw new PolicyException($"{path} is larger than {MaximumBytes} bytes.", null, PolicyErrorKind.Storage);
            var bytes = new byte[MaximumBytes + 1];
            var read = 0;
            for (int n; read < bytes.Length && (n = RandomAccess.Read(handle, bytes.AsSpan(read), read)) > 0;)
                read += n;
            if (read > MaximumBytes)
                throw new PolicyException($"{path} is larger than {MaximumBytes} bytes.", null, PolicyErrorKind.Storage);
            return new UTF8Encoding(false, true).GetString(bytes, 0, read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or DecoderFallbackException)
        {
            throw new PolicyException($"{path} cannot be read: it is not a regular file of text without links on its way.", "Replace it by a plain file, or remove it.", PolicyErrorKind.Storage, inner: e);
        }
    }

    private static SafeFileHandle? OpenOnWindows(string root, string directory, string name)
    {
        var parent = new DirectoryInfo(Path.Combine(root, directory));
        var file = new FileInfo(Path.Combine(parent.FullName, name));
        if (!parent.Exists || !file.Exists)
            return null;
        if (parent.Attributes.HasFlag(FileAttributes.ReparsePoint) || file.Attributes.HasFlag(FileAttributes.ReparsePoint))
            throw new IOException("A link is on the way.");
        return File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    private static SafeFileHandle? OpenOnUnix(string root, string directory, string name)
    {
        using var top = Open(AtCwd, root, OpenDirectory);
        using var parent = top is null ? null : Open((int)top.DangerousGetHandle(), directory, OpenDirectory | NoFollow);
        return parent is null ? null : Open((int)parent.DangerousGetHandle(), name, NoFollow | NonBlocking);
    }

    private static SafeFileHandle? Open(int at, string name, int flags)
    {
        var descriptor = openat(at, name, flags | CloseOnExec);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        const int NoEntry = 2;
        return error == NoEntry ? null : throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    // Values of <fcntl.h>: Linux (x86-64 and arm64 differ) and macOS.
    private static bool IsMac => OperatingSystem.IsMacOS();

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static int AtCwd => IsMac ? -2 : -100;

    private static int OpenDirectory => IsMac ? 0x100000 : IsArm ? 0x4000 : 0x10000;

    private static int NoFollow => IsMac ? 0x100 : IsArm ? 0x8000 : 0x20000;

    private static int NonBlocking => IsMac ? 0x4 : 0x800;

    private static int CloseOnExec => IsMac ? 0x1000000 : 0x80000;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int directory, string path, int flags);
}
