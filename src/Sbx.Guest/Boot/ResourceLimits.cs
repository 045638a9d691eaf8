using Sbx.Guest.Native;

namespace Sbx.Guest.Boot;

/// <summary>Limits that all processes inherit.</summary>
internal static unsafe class ResourceLimits
{
    private const int CoreSize = 4;
    private const int OpenFiles = 7;

    public static void Set()
    {
        var files = stackalloc ulong[] { 65536, 1048576 };
        _ = Libc.SetLimit(OpenFiles, files);
        var core = stackalloc ulong[] { 0, ulong.MaxValue };
        _ = Libc.SetLimit(CoreSize, core);
    }
}
