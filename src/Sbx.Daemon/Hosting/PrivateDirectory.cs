using Sbx.Api.Errors;
using Sbx.Daemon.Machines;

namespace Sbx.Daemon.Hosting;

/// <summary>Makes sure that a directory of sockets belongs to this user alone, also when it lies under /tmp.</summary>
internal static class PrivateDirectory
{
    /// <exception cref="SbxException">Somebody else owns it, or it is a link.</exception>
    public static void Check(string path)
    {
        if (new DirectoryInfo(path).LinkTarget is not null || FileFacts.Of(path)?.Uid != FileFacts.Self.Uid)
            throw new SbxException(ErrorCode.Denied, $"{path} does not belong to you", "remove it, or set XDG_RUNTIME_DIR or SBX_HOME to a directory of yours");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
