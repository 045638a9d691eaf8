using System.Text;
using System.Text.RegularExpressions;

namespace Sbx.Agent.Tools.Files;

/// <summary>Looks through the text files below a directory.</summary>
internal static class ContentSearch
{
    private const int MaxFile = 4 << 20;
    private const int MaxMatches = 500;
    private const int MaxLine = 300;

    public static async Task<ToolResult> FindAsync(string directory, string query, bool isRegex, IReadOnlyList<string> exclude, bool ignoreVcs, CancellationToken cancel)
    {
        if (!Directory.Exists(directory) && !File.Exists(directory)) return ToolResult.Error($"{directory} does not exist");
        Func<string, bool> matches;
        try
        {
            if (isRegex)
            {
                var regex = new Regex(query, RegexOptions.NonBacktracking);
                matches = regex.IsMatch;
            }
            else matches = line => line.Contains(query, StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return ToolResult.Error($"no usable regular expression: {e.Message}");
        }

        var found = new StringBuilder();
        var (count, files) = (0, 0);
        foreach (var file in Files(directory, exclude, ignoreVcs, cancel))
        {
            var before = count;
            foreach (var (line, number) in await LinesAsync(file, cancel).ConfigureAwait(false))
            {
                if (!matches(line)) continue;
                if (++count > MaxMatches) return new ToolResult($"{found}… more than {MaxMatches} matches; narrow the search");
                var shown = line.Length <= MaxLine ? line.Trim() : line[..MaxLine].Trim() + "…";
                found.Append(Path.GetRelativePath(Directory.Exists(directory) ? directory : Path.GetDirectoryName(directory)!, file)).Append(':').Append(number).Append(": ").Append(shown).Append('\n');
            }

            if (count > before) files++;
        }

        return new ToolResult(count == 0 ? "no matches" : $"{count} matches in {files} files\n{found}");
    }

    private static IEnumerable<string> Files(string start, IReadOnlyList<string> exclude, bool ignoreVcs, CancellationToken cancel)
    {
        if (File.Exists(start))
        {
            yield return start;
            yield break;
        }

        var pending = new Stack<(string Directory, IgnoreRules Rules)>();
        pending.Push((start, ignoreVcs ? IgnoreRules.For(start) : IgnoreRules.None));
        while (pending.TryPop(out var next))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var entry in Entries(next.Directory))
            {
                var isDirectory = entry is DirectoryInfo;
                if (ignoreVcs && next.Rules.Ignores(entry.FullName, isDirectory)) continue;
                if (exclude.Any(pattern => GlobPattern.IsMatch(pattern, Path.GetRelativePath(start, entry.FullName)))) continue;
                if (!isDirectory) yield return entry.FullName;
                else if (entry.LinkTarget is null) pending.Push((entry.FullName, ignoreVcs ? next.Rules.With(entry.FullName) : next.Rules));
            }
        }
    }

    private static FileSystemInfo[] Entries(string directory)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async Task<IEnumerable<(string Line, int Number)>> LinesAsync(string file, CancellationToken cancel)
    {
        try
        {
            var info = new FileInfo(file);
            if ((info.Attributes & FileAttributes.ReparsePoint) != 0 && !File.Exists(file) || info.Length is 0 or > MaxFile) return [];
            var text = ToolText.Decode(await File.ReadAllBytesAsync(file, cancel).ConfigureAwait(false));
            return text is null ? [] : text.Split('\n').Select((line, i) => (line, i + 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
