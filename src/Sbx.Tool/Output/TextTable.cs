using System.Text;

namespace Sbx.Tool.Output;

/// <summary>Left-aligned columns two spaces apart; the heading is bold on a terminal.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row with one cell per heading.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Printable.Line)]);

    /// <summary>The table as lines.</summary>
    /// <param name="bold">Whether the heading is bold.</param>
    public string ToText(bool bold)
    {
        var widths = new int[headings.Length];
        for (var i = 0; i < widths.Length; i++)
        {
            widths[i] = headings[i].Length;
            foreach (var row in _rows)
                widths[i] = Math.Max(widths[i], row[i].Length);
        }

        var text = new StringBuilder();
        var heading = Line(headings, widths);
        text.Append(bold ? $"\e[1m{heading}\e[0m" : heading).Append('\n');
        foreach (var row in _rows)
            text.Append(Line(row, widths)).Append('\n');
        return text.ToString();
    }

    private static string Line(string[] cells, int[] widths) => string.Join("  ", cells.Select((c, i) => c.PadRight(widths[i]))).TrimEnd();
}
