using System.Globalization;
using Sbx.Machines.Native;

namespace Sbx.Machines.Processes;

/// <summary>
/// One file per running machine, so that a daemon that was killed can end what it left behind. Holds "pid startticks" on one
/// line. Usually finds nothing: the kernel ends machines with the daemon (see Qemu.Confinement).
/// </summary>
/// <param name="directory">Where the files are.</param>
internal sealed class PidFiles(string directory)
{
    /// <summary>How the names of the files end.</summary>
    public const string Suffix = ".pid";

    /// <summary>Records a process under a name; returns the file, to be deleted when the process has ended. Null without /proc.</summary>
    public string? Add(string name, int processId)
    {
        if (ProcessIdentity.Of(processId) is not { } identity)
            return null;
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, name + Suffix);
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{identity.Id} {identity.StartTicks}\n"));
        return path;
    }

    /// <summary>Kills what earlier runs recorded and left; returns the ids of the killed processes.</summary>
    public IReadOnlyList<int> Reap()
    {
        if (!Directory.Exists(directory))
            return [];
        var killed = new List<int>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Suffix))
        {
            if (Parse(File.ReadAllText(path)) is { } identity && identity.IsAlive() && Libc.Kill(identity.Id, Libc.SigKill) == 0)
                killed.Add(identity.Id);
            File.Delete(path);
        }

        return killed;
    }

    /// <summary>Parses the content of a file; null when it is none of ours.</summary>
    internal static ProcessIdentity? Parse(string text)
    {
        var fields = text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 2
            && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 1
            && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new ProcessIdentity(id, start)
            : null;
    }
}
