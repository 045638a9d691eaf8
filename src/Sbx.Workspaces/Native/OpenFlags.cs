using System.Runtime.InteropServices;

namespace Sbx.Workspaces.Native;

/// <summary>Flags of open(2). Four of them differ between architectures.</summary>
internal static class OpenFlags
{
    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int AccessMode = 3;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int Truncate = 0x200;
    internal const int Append = 0x400;
    internal const int NonBlock = 0x800;
    internal const int DataSync = 0x1000;
    internal const int Sync = 0x101000;
    internal const int NoControllingTerminal = 0x100;
    internal const int CloseOnExec = 0x80000;
    internal const int Path = 0x200000;

    internal static readonly int Directory = Arm ? 0x4000 : 0x10000;
    internal static readonly int NoFollow = Arm ? 0x8000 : 0x20000;
}
