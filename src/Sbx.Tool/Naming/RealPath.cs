using System.Runtime.InteropServices;
using Sbx.Api.Errors;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Naming;

/// <summary>Paths without symbolic links.</summary>
internal static class RealPath
{
    /// <summary>The real path of something that exists; see realpath(3).</summary>
    /// <exception cref="SbxException">It does not exist or cannot be reached.</exception>
    public static string Of(string path)
    {
        if (OperatingSystem.IsWindows())
            return Path.TrimEndingDirectorySeparator(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);
        var resolved = Posix.RealPath(path, 0);
        if (resolved == 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new SbxException(
                error is Posix.Eacces ? ErrorCode.Denied : ErrorCode.NotFound,
                $"{path} cannot be reached: {Marshal.GetPInvokeErrorMessage(error)}", "check the path and its permissions");
        }

        try
        {
            return Marshal.PtrToStringUTF8(resolved)!;
        }
        finally
        {
            Posix.Free(resolved);
        }
    }
}
