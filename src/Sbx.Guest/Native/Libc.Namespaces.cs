using System.Runtime.InteropServices;

namespace Sbx.Guest.Native;

internal static unsafe partial class Libc
{
    public const int CloneRoot = 0x200;
    public const int CloneMounts = 0x20000;
    public const int CloneHostName = 0x4000000;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(int descriptor, int type);
}
