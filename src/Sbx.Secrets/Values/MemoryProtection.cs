using System.Runtime.InteropServices;

namespace Sbx.Secrets.Values;

/// <summary>Keeps the memory of a process that holds secrets out of files and of other processes of the same user.</summary>
public static partial class MemoryProtection
{
    private const int SetDumpable = 4;
    private const int CoreFile = 4;

    /// <summary>
    /// Turns core dumps of this process off (resource limit 0) and, on Linux, reading its memory by debuggers and through /proc for
    /// users without privileges (<c>PR_SET_DUMPABLE</c>). Call once, before the first secret. No effect on Windows.
    /// </summary>
    /// <returns>Whether everything this system offers took effect.</returns>
    public static bool Enable()
    {
        if (OperatingSystem.IsWindows())
            return false;
        var none = default(Limit);
        var applied = setrlimit(CoreFile, in none) == 0;
        return OperatingSystem.IsLinux() ? prctl(SetDumpable, 0, 0, 0, 0) == 0 && applied : applied;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Current;
        public nuint Maximum;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in Limit limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
