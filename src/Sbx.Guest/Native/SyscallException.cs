using System.Runtime.InteropServices;

namespace Sbx.Guest.Native;

/// <summary>A system call failed.</summary>
/// <param name="errno">The error number of Linux.</param>
/// <param name="what">What was tried, to what.</param>
internal sealed class SyscallException(int errno, string what) : IOException($"{what}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    /// <summary>The error number of Linux.</summary>
    public int Errno { get; } = errno;

    /// <summary>The error of the last call on this thread that was declared with SetLastError.</summary>
    public static SyscallException Last(string what) => new(Marshal.GetLastPInvokeError(), what);

    /// <summary>Throws when <paramref name="result"/> is negative.</summary>
    public static int Check(int result, string what) => result >= 0 ? result : throw Last(what);

    /// <summary>Throws when <paramref name="result"/> is negative.</summary>
    public static nint Check(nint result, string what) => result >= 0 ? result : throw Last(what);
}
