using System.Runtime.InteropServices;

namespace Sbx.Machines.Native;

/// <summary>
/// posix_spawn(3). Used instead of <see cref="System.Diagnostics.Process"/> because a machine gets its files and sockets as
/// inherited descriptors: here exactly the named ones are passed on, to this one child, without a race with other children.
/// </summary>
internal static unsafe partial class PosixSpawn
{
    // Larger than posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t of glibc, musl and macOS.
    private const int OpaqueSize = 512;
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;

    /// <summary>Starts a program in a session of its own, in the root directory, with stdin from /dev/null.</summary>
    /// <param name="arguments">Absolute path of the program and its arguments.</param>
    /// <param name="environment">NAME=value entries; the child gets nothing else.</param>
    /// <param name="descriptors">Which descriptors of this process the child gets, under which numbers.</param>
    /// <returns>The process id.</returns>
    public static int Start(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, IReadOnlyList<(int Source, int Target)> descriptors)
    {
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        var signals = stackalloc byte[OpaqueSize];
        Check(InitActions(actions));
        Check(InitAttributes(attributes));
        try
        {
            short setSession = OperatingSystem.IsMacOS() ? (short)0x400 : (short)0x80;
            Check(SetFlags(attributes, (short)(SetSignalDefaults | SetSignalMask | setSession)));
            _ = EmptySet(signals);
            Check(SetMask(attributes, signals));
            _ = FullSet(signals);
            Check(SetDefaults(attributes, signals));
            Check(AddOpen(actions, 0, "/dev/null", 0, 0));
            foreach (var (source, target) in descriptors)
                Check(AddDup2(actions, source, target));
            CloseOthers(actions, [.. descriptors.Select(d => d.Target)]);
            Check(AddChdir(actions, "/"));
            using var argv = new StringArray(arguments);
            using var envp = new StringArray(environment);
            Check(Spawn(out var pid, arguments[0], actions, attributes, argv.Pointer, envp.Pointer));
            return pid;
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }

        void Check(int error)
        {
            if (error != 0)
                throw new IOException($"{arguments[0]} could not be started: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    // The framework opens everything close-on-exec, but what this process itself inherited may not be.
    private static void CloseOthers(byte* actions, IReadOnlyList<int> kept)
    {
        var end = Math.Max(2, kept.DefaultIfEmpty(0).Max()) + 1;
        for (var number = 3; number < end; number++)
        {
            if (!kept.Contains(number))
                _ = AddClose(actions, number);
        }

        try
        {
            _ = AddCloseFrom(actions, end);
        }
        catch (EntryPointNotFoundException)
        {
            // musl, macOS and glibc before 2.34 do not have it.
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    private static partial int AddClose(byte* actions, int number);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static partial int AddCloseFrom(byte* actions, int first);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int pid, string path, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDup2(byte* actions, int source, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int target, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddChdir(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySet(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FullSet(byte* signals);

    // A null-terminated array of C strings.
    private readonly ref struct StringArray
    {
        private readonly int _count;

        public StringArray(IReadOnlyList<string> strings)
        {
            _count = strings.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
