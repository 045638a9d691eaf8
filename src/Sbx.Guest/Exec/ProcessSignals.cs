using Sbx.Guest.Native;

namespace Sbx.Guest.Exec;

/// <summary>Signals to the processes of one exec.</summary>
internal static class ProcessSignals
{
    /// <summary>To the foreground group of its terminal, or to its process group.</summary>
    public static void SendToGroup(ChildProcess process, int signal)
    {
        if (process.Ended.IsCompleted || signal is < 1 or > 64)
            return;
        var group = process.Terminal?.ForegroundGroup() ?? 0;
        _ = Libc.Kill(-(group > 1 ? group : process.Pid), signal);
    }

    /// <summary>To every process of the session, whatever its group.</summary>
    public static void SendToSession(int session, int signal)
    {
        _ = Libc.Kill(-session, signal);
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var pid) && pid > 1 && SessionOf(directory) == session)
                _ = Libc.Kill(pid, signal);
        }
    }

    private static int SessionOf(string directory)
    {
        try
        {
            // "pid (name) state ppid pgrp session …"; the name may hold anything, also parentheses.
            var stat = File.ReadAllText(Path.Combine(directory, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return int.Parse(fields[3]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentOutOfRangeException)
        {
            return -1;
        }
    }
}
