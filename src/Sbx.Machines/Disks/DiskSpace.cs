using Sbx.Api.Errors;
using Sbx.Machines.Native;

namespace Sbx.Machines.Disks;

/// <summary>Recognizes and words a full disk.</summary>
internal static class DiskSpace
{
    /// <summary>Whether an error says that the disk or the user's quota is full.</summary>
    public static bool IsFull(IOException error) =>
        error.HResult is Libc.NoSpace or Libc.QuotaExceeded or unchecked((int)0x80070070) || (error.InnerException is IOException inner && IsFull(inner));

    /// <summary>The error for people.</summary>
    public static SbxException Exhausted(string directory, Exception cause) =>
        new(ErrorCode.Exhausted, $"the disk that holds {directory} is full", "free some space, for example with: sbx prune", cause);
}
