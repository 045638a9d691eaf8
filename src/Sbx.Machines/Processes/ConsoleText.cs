using System.Text;

namespace Sbx.Machines.Processes;

/// <summary>Makes text that a guest or QEMU wrote fit for a one-line message: no control characters, bounded.</summary>
internal static class ConsoleText
{
    /// <summary>The last lines with something in them, joined by " | ".</summary>
    public static string LastLines(string text, int lines = 3, int maxLength = 400)
    {
        var clean = text.Split('\n').Select(Clean).Where(l => l.Length > 0).TakeLast(lines);
        var joined = string.Join(" | ", clean);
        return joined.Length <= maxLength ? joined : "…" + joined[^maxLength..];
    }

    private static string Clean(string line)
    {
        var kept = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            if (!char.IsControl(c) && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format)
                kept.Append(c);
        }

        return kept.ToString().Trim();
    }
}
