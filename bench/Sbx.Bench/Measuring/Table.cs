using System.Globalization;

namespace Sbx.Bench.Measuring;

/// <summary>Prints the results of a scenario beside their peers.</summary>
internal sealed class Table(TextWriter output)
{
    private static readonly int[] Widths = [46, 22, 34, 8, 11];

    private readonly List<string> _notes = [];

    /// <summary>Starts the table of a scenario.</summary>
    public void Begin(string title)
    {
        output.WriteLine();
        output.WriteLine(title);
        Line("", "median (best)", "peer: median (best)", "ratio", "aim", "");
    }

    /// <summary>One result, with its peer's where there is one.</summary>
    public void Row(string what, Samples ours, string peer = "", Samples? theirs = null, Aim? aim = null)
    {
        var ratio = theirs is { Count: > 0 } ? ours.Median / theirs.Median : double.NaN;
        var verdict = aim is null || ours.Count == 0 || (aim.Text.EndsWith('x') && double.IsNaN(ratio)) ? "" : aim.IsMet(ours.Median, ratio) ? "met" : "MISSED";
        Line(
            what,
            Text(ours),
            theirs is { Count: > 0 } ? $"{peer}: {Text(theirs)}" : peer.Length > 0 ? $"{peer}: -" : "",
            double.IsNaN(ratio) ? "" : string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} x"),
            aim?.Text ?? "",
            verdict);
    }

    /// <summary>What is being done, for people who wait; not part of the results.</summary>
    public static void Doing(string what) => Console.Error.WriteLine($"  [{DateTime.Now:HH:mm:ss}] {what}");

    /// <summary>Something to know about the scenario, printed below it.</summary>
    public void Note(string text)
    {
        if (!_notes.Contains(text))
            _notes.Add(text);
    }

    /// <summary>Ends the table.</summary>
    public void End()
    {
        foreach (var note in _notes)
            output.WriteLine($"  note: {note}");
        _notes.Clear();
        output.Flush();
    }

    private static string Text(Samples samples) => samples.Count == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{Number(samples.Median)} ({Number(samples.Best)}) {samples.Unit}");

    private static string Number(double value) => value.ToString(Math.Abs(value) < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);

    private void Line(params string[] cells) =>
        output.WriteLine(("  " + string.Concat(cells.Select((cell, i) => i < Widths.Length ? cell.PadRight(Widths[i]) + " " : cell))).TrimEnd());
}
