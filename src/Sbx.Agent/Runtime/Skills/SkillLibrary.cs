using Sbx.Agent.Tools;

namespace Sbx.Agent.Runtime.Skills;

/// <summary>A skill: instructions to be read when a task fits its description.</summary>
internal sealed record Skill(string Name, string Description, string Directory)
{
    public string File => Path.Combine(Directory, "SKILL.md");
}

/// <summary>Finds SKILL.md files where agents keep them; one nearer to the working directory stands for another of the same name.</summary>
internal static class SkillLibrary
{
    private const int MaxDepth = 5;
    private const int MaxFile = 256 << 10;

    public static IReadOnlyList<Skill> Find(string directory, string home)
    {
        var found = new Dictionary<string, Skill>(StringComparer.Ordinal);
        var places = new List<(string Path, int Depth)>
        {
            (Path.Combine(home, ".codex", "skills"), MaxDepth), (Path.Combine(home, ".claude", "skills"), 1), (Path.Combine(home, ".agents", "skills"), MaxDepth),
        };
        foreach (var level in Levels(directory)) places.Add((Path.Combine(level, ".agents", "skills"), 1));
        places.Add((Path.Combine(directory, ".claude", "skills"), 1));
        foreach (var (path, depth) in places)
            foreach (var skill in Below(path, depth)) found[skill.Name] = skill;
        return [.. found.Values.OrderBy(skill => skill.Name, StringComparer.Ordinal)];
    }

    // From the top of the repository down to the working directory.
    private static IEnumerable<string> Levels(string directory)
    {
        var levels = new Stack<string>();
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            levels.Push(current);
            if (Directory.Exists(Path.Combine(current, ".git"))) return levels;
        }

        return [directory];
    }

    private static IEnumerable<Skill> Below(string directory, int depth)
    {
        if (depth == 0 || !Directory.Exists(directory)) yield break;
        foreach (var child in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            if (Read(child) is { } skill) yield return skill;
            else foreach (var deeper in Below(child, depth - 1)) yield return deeper;
        }
    }

    private static Skill? Read(string directory)
    {
        try
        {
            var file = new FileInfo(Path.Combine(directory, "SKILL.md"));
            if (!file.Exists || file.Length > MaxFile) return null;
            var lines = File.ReadLines(file.FullName).Take(60).ToList();
            if (lines.Count == 0 || lines[0].Trim() != "---") return null;
            var head = lines.Skip(1).TakeWhile(line => line.Trim() != "---").ToList();
            var (name, description) = (Value(head, "name"), Value(head, "description"));
            return name is null || description is null ? null : new Skill(name, description, directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Value(List<string> head, string key) =>
        head.Find(line => line.StartsWith(key + ":", StringComparison.Ordinal)) is { } line && line[(key.Length + 1)..].Trim().Trim('"', '\'') is { Length: > 0 } value ? value : null;
}
