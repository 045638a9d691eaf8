namespace Sbx.Workspaces.Wire;

/// <summary>Sizes agreed at INIT.</summary>
internal static class Limits
{
    /// <summary>Protocol version spoken; the oldest accepted is 7.31 (Linux 5.4).</summary>
    internal const uint Major = 7;

    internal const uint Minor = 38;

    internal const uint OldestMinor = 31;

    /// <summary>Pages of one request.</summary>
    internal const int MaxPages = 256;

    /// <summary>Bytes of one read or write.</summary>
    internal const int MaxWrite = MaxPages * 4096;

    /// <summary>Bytes of one extended attribute or list of them, as in the kernel.</summary>
    internal const int MaxXattr = 64 * 1024;
}
