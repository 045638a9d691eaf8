namespace Sbx.Agent.Runtime.Prompts;

/// <summary>Finds a prompt file: in the home directory, and the nearest one from the working directory up.</summary>
internal static class PromptFiles
{
    public static IEnumerable<string> Find(string name, string directory, string home)
    {
        if (Path.IsPathRooted(name)) return File.Exists(name) ? [name] : [];
        var found = new List<string>();
        if (File.Exists(Path.Combine(home, name))) found.Add(Path.Combine(home, name));
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            var path = Path.Combine(current, name);
            if (!File.Exists(path)) continue;
            found.Add(path);
            break;
        }

        return found.Distinct();
    }
}
