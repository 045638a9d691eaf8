namespace Sbx.Agent.Configuration.Reading;

/// <summary>Finds the name that was probably meant.</summary>
internal static class Spelling
{
    public static string? Nearest(string name, IReadOnlyList<string> known)
    {
        if (name.Length is 0 or > 40) return null;
        var best = known.Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.distance).FirstOrDefault();
        return best.candidate is not null && best.distance <= Math.Max(1, name.Length / 3) ? best.candidate : null;
    }

    /// <summary>A name of the file as one short line.</summary>
    public static string Shown(string name)
    {
        var line = string.Concat(name.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= 60 ? line : line[..57] + "...";
    }

    // Optimal string alignment: two letters exchanged are one mistake.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i, j - 1], d[i - 1, j]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }

        return d[a.Length, b.Length];
    }
}
