using Sbx.Api.Errors;

namespace Sbx.Images.Cache;

/// <summary>Recognises and words a full disk.</summary>
internal static class DiskFull
{
    private const int NoSpace = 28;
    private const int OverQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether an error means that no space or quota is left (errno on Unix, HRESULT on Windows).</summary>
    public static bool Is(IOException error) => error.HResult is NoSpace or OverQuota or WindowsDiskFull;

    public static SbxException Error(string directory, long needed, Exception? inner = null) => new(
        ErrorCode.Exhausted, $"No space is left for images in {directory}; {(needed + (1 << 20) - 1) >> 20} MiB are needed.",
        "Free some space, or move the cache with SBX_CACHE_DIR.", inner);
}
