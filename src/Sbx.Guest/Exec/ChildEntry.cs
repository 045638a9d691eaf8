using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sbx.Guest.Native;

namespace Sbx.Guest.Exec;

/// <summary>
/// vfork and what follows in the child. vfork rather than fork: it copies no page tables, and a garbage collection that
/// another thread begins meanwhile cannot leave the child waiting for threads that it does not have. The child shares this
/// thread's stack until execve, so everything it does is in a frame below the caller's, allocates nothing and never returns.
/// All calls are raw system calls: the C library's setuid would signal every thread of the parent.
/// </summary>
internal static unsafe class ChildEntry
{
    private const nint SigAction = 13, SigProcMask = 14, IoControl = 16, Dup2 = 33, Execve = 59, ChangeDirectory = 80, ChangeRoot = 161,
        SetSession = 112, SetGroups = 116, SetResUid = 117, SetResGid = 119, ExitGroup = 231, CloseRange = 436;

    private const nint SetMask = 2;
    private const nint SetControllingTerminal = 0x540E;

    /// <summary>Starts the child and returns its id once it has become the program or failed, or a negated error number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Start(SpawnArguments* arguments)
    {
        ulong all = ulong.MaxValue, before;
        // No signal may run a handler of this process in the child.
        SystemCall(SigProcMask, SetMask, (nint)(&all), (nint)(&before), sizeof(ulong));
        var pid = VFork();
        if (pid == 0)
            Run(arguments);
        var errno = pid < 0 ? *ErrnoLocation() : 0;
        SystemCall(SigProcMask, SetMask, (nint)(&before), 0, sizeof(ulong));
        return pid < 0 ? -errno : pid;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run(SpawnArguments* a)
    {
        // struct sigaction of the kernel: handler, flags, restorer, mask; all zero is the default action.
        var action = stackalloc nint[4];
        action[0] = action[1] = action[2] = action[3] = 0;
        for (nint signal = 1; signal <= 64; signal++)
            SystemCall(SigAction, signal, (nint)action, 0, sizeof(ulong));
        SystemCall(SetSession, 0, 0, 0, 0);
        a->Stage = SpawnStage.Descriptors;
        if (SystemCall(Dup2, a->Input, 0, 0, 0) < 0 || SystemCall(Dup2, a->Output, 1, 0, 0) < 0 || SystemCall(Dup2, a->Error, 2, 0, 0) < 0
            || (a->IsTerminal != 0 && SystemCall(IoControl, 0, SetControllingTerminal, 0, 0) < 0)
            || SystemCall(CloseRange, 3, unchecked((nint)uint.MaxValue), 0, 0) < 0)
            Fail(a);
        a->Stage = SpawnStage.Identity;
        if ((a->Root != null && SystemCall(ChangeRoot, (nint)a->Root, 0, 0, 0) < 0)
            || SystemCall(SetGroups, a->GroupCount, (nint)a->Groups, 0, 0) < 0
            || SystemCall(SetResGid, a->Gid, a->Gid, a->Gid, 0) < 0
            || SystemCall(SetResUid, a->Uid, a->Uid, a->Uid, 0) < 0)
            Fail(a);
        a->Stage = SpawnStage.WorkingDirectory;
        if (SystemCall(ChangeDirectory, (nint)a->WorkingDirectory, 0, 0, 0) < 0)
            Fail(a);
        a->Stage = SpawnStage.Program;
        ulong none = 0;
        SystemCall(SigProcMask, SetMask, (nint)(&none), 0, sizeof(ulong));
        SystemCall(Execve, (nint)a->Path, (nint)a->Arguments, (nint)a->Environment, 0);
        Fail(a);
    }

    private static void Fail(SpawnArguments* arguments)
    {
        arguments->Errno = *ErrnoLocation();
        while (true)
            SystemCall(ExitGroup, 127, 0, 0, 0);
    }

    [DllImport("libc", EntryPoint = "vfork"), SuppressGCTransition]
    private static extern int VFork();

    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    private static extern nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);

    [DllImport("libc", EntryPoint = "__errno_location"), SuppressGCTransition]
    private static extern int* ErrnoLocation();
}
