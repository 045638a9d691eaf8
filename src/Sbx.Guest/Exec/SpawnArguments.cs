using System.Runtime.InteropServices;

namespace Sbx.Guest.Exec;

/// <summary>What the child needs between vfork and execve, in native memory; it also carries back why it failed.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SpawnArguments
{
    public byte* Path;
    public byte** Arguments;
    public byte** Environment;
    public byte* Root;
    public byte* WorkingDirectory;
    public int* Groups;
    public int GroupCount;
    public int Uid;
    public int Gid;
    public int Input;
    public int Output;
    public int Error;
    public int IsTerminal;
    public SpawnStage Stage;
    public int Errno;
}

/// <summary>The step at which a start failed.</summary>
internal enum SpawnStage
{
    None,
    Descriptors,
    Identity,
    WorkingDirectory,
    Program,
}
