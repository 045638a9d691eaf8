using System.Text;
using System.Text.RegularExpressions;

namespace Sbx.Agent.Tools.Files;

/// <summary>What git would not look at: .git, and the .gitignore files from the top of a walk down (gitignore(5), last match wins).</summary>
internal sealed class IgnoreRules
{
    private sealed record Rule(string Base, Regex Pattern, bool Negated, bool DirectoryOnly);

    private const int MaxFile = 1 << 20;

    private readonly List<Rule> _rules;

    private IgnoreRules(List<Rule> rules) => _rules = rules;

    public static IgnoreRules None { get; } = new([]);

    /// <summary>The rules in force in a directory: those of the repository's top down to it.</summary>
    public static IgnoreRules For(string directory)
    {
        var chain = new Stack<string>();
        for (var current = Path.GetFullPath(directory); current is not null; current = Path.GetDirectoryName(current))
        {
            chain.Push(current);
            if (Directory.Exists(Path.Combine(current, ".git"))) break;
        }

        if (!Directory.Exists(Path.Combine(chain.Peek(), ".git"))) return None.With(directory);
        var rules = None;
        foreach (var one in chain) rules = rules.With(one);
        return rules;
    }

    /// <summary>These rules and those of the directory's own .gitignore.</summary>
    public IgnoreRules With(string directory)
    {
        var file = new FileInfo(Path.Combine(directory, ".gitignore"));
        try
        {
            if (!file.Exists || file.Length > MaxFile) return this;
            var own = File.ReadLines(file.FullName).Select(line => Parse(directory, line)).OfType<Rule>().ToList();
            return own.Count == 0 ? this : new IgnoreRules([.. _rules, .. own]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return this;
        }
    }

    public bool Ignores(string path, bool isDirectory)
    {
        if (Path.GetFileName(path) == ".git") return true;
        for (var i = _rules.Count - 1; i >= 0; i--)
        {
            var rule = _rules[i];
            if (rule.DirectoryOnly && !isDirectory) continue;
            if (rule.Pattern.IsMatch(Path.GetRelativePath(rule.Base, path).Replace('\\', '/'))) return !rule.Negated;
        }

        return false;
    }

    private static Rule? Parse(string directory, string line)
    {
        line = line.TrimEnd();
        if (line.Length == 0 || line[0] == '#' || line.Length > 500) return null;
        var negated = line[0] == '!';
        if (negated) line = line[1..];
        if (line.StartsWith('\\')) line = line[1..];
        var directoryOnly = line.EndsWith('/');
        line = line.TrimEnd('/');
        if (line.Length == 0) return null;
        var anchored = line.Contains('/');
        line = line.TrimStart('/');
        try
        {
            return new Rule(directory, new Regex((anchored ? "^" : "^(?:.*/)?") + GlobPattern.ToRegex(line) + "$", RegexOptions.NonBacktracking), negated, directoryOnly);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
