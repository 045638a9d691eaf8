using System.Text;

namespace Sbx.Agent.Tools.Files;

/// <summary>Shows what is in directories. Links are shown, not followed.</summary>
internal sealed class DirectoryListing(bool ignoreVcs)
{
    private const int MaxEntries = 2000;

    public ToolResult List(string directory)
    {
        if (!Directory.Exists(directory)) return ToolResult.Error($"{directory} is no directory");
        var rules = ignoreVcs ? IgnoreRules.For(directory) : IgnoreRules.None;
        var lines = Entries(directory, rules).Select(entry => entry is DirectoryInfo ? $"DIR  {entry.Name}" : $"FILE {entry.Name}").Take(MaxEntries + 1).ToList();
        if (lines.Count > MaxEntries) lines[MaxEntries] = $"… more than {MaxEntries} entries";
        return new ToolResult(lines.Count == 0 ? "(empty)" : string.Join('\n', lines));
    }

    public ToolResult Tree(string directory, CancellationToken cancel)
    {
        if (!Directory.Exists(directory)) return ToolResult.Error($"{directory} is no directory");
        var text = new StringBuilder().Append(Path.GetFileName(directory)).Append("/\n");
        var left = MaxEntries;
        Walk(directory, "  ", ignoreVcs ? IgnoreRules.For(directory) : IgnoreRules.None, text, ref left, cancel);
        if (left <= 0) text.Append($"… more than {MaxEntries} entries\n");
        return new ToolResult(text.ToString());
    }

    private void Walk(string directory, string indent, IgnoreRules rules, StringBuilder text, ref int left, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        foreach (var entry in Entries(directory, rules))
        {
            if (left-- <= 0 || indent.Length > 80) return;
            var isDirectory = entry is DirectoryInfo;
            text.Append(indent).Append(entry.Name).Append(isDirectory ? "/\n" : "\n");
            if (isDirectory && entry.LinkTarget is null) Walk(entry.FullName, indent + "  ", ignoreVcs ? rules.With(entry.FullName) : rules, text, ref left, cancel);
        }
    }

    private IEnumerable<FileSystemInfo> Entries(string directory, IgnoreRules rules)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFileSystemInfos()
                .Where(entry => !ignoreVcs || !rules.Ignores(entry.FullName, entry is DirectoryInfo))
                .OrderBy(entry => entry is not DirectoryInfo).ThenBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
