using System.Runtime.InteropServices;

namespace Sbx.Daemon.Hosting;

/// <summary>Makes the process a daemon: a session of its own, output to the log.</summary>
internal static partial class ProcessSetup
{
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const long MaxLog = 5 * 1024 * 1024;

    /// <summary>Detaches from the terminal, so that Ctrl-C there does not reach the machines.</summary>
    public static void Detach(string logPath)
    {
        // Fails with EPERM when the process leads a group already, which is as good.
        _ = SetSession();
        if (new FileInfo(logPath) is { Exists: true, Length: > MaxLog })
            File.Move(logPath, logPath + ".1", overwrite: true);
        var log = Open(logPath, WriteOnly | Create | Append, 0x180);
        var nothing = Open("/dev/null", 0, 0);
        if (log < 0 || nothing < 0)
            throw new IOException($"{logPath} could not be opened for writing");
        _ = Duplicate(nothing, 0);
        _ = Duplicate(log, 1);
        _ = Duplicate(log, 2);
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSession();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int from, int to);
}
