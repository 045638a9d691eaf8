using System.Globalization;

namespace Sbx.Machines.Processes;

/// <summary>A process that cannot be mistaken for a later one with the same id: id and start time (proc(5), field 22 of stat).</summary>
/// <param name="Id">Process id.</param>
/// <param name="StartTicks">Clock ticks after boot at which it started.</param>
internal sealed record ProcessIdentity(int Id, long StartTicks)
{
    /// <summary>Reads it from /proc; null when there is no such process (or no /proc).</summary>
    public static ProcessIdentity? Of(int id)
    {
        try
        {
            return ParseStat(File.ReadAllText($"/proc/{id}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether exactly this process still exists.</summary>
    public bool IsAlive() => Of(Id) == this;

    /// <summary>Parses the text of /proc/PID/stat; null when it is not one.</summary>
    internal static ProcessIdentity? ParseStat(string stat)
    {
        // The name in parentheses may itself hold spaces and parentheses: fields are counted after the last one.
        var open = stat.IndexOf('(');
        var close = stat.LastIndexOf(')');
        if (open < 1 || close < open)
            return null;
        var fields = stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19
            && int.TryParse(stat.AsSpan(0, open).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new ProcessIdentity(id, start)
            : null;
    }
}
