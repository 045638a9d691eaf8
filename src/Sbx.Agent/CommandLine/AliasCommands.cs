using Sbx.Agent.Storage;

namespace Sbx.Agent.CommandLine;

/// <summary><c>alias ls|add|rm</c>.</summary>
internal static class AliasCommands
{
    public static int Run(IReadOnlyList<string> arguments, AgentPaths paths, TextWriter output)
    {
        var options = Options.Read(arguments, ["--yolo"], ["--model"], new Dictionary<string, string>());
        var aliases = Aliases.Read(paths);
        switch (options.Words)
        {
            case [] or ["ls" or "list"]:
                foreach (var (name, alias) in aliases.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    string[] extra = [.. new[] { alias.Yolo ? "yolo" : "", alias.Model is { } model ? $"model={model}" : "" }.Where(text => text.Length > 0)];
                    output.WriteLine($"{name} -> {alias.Target}{(extra.Length > 0 ? $" [{string.Join(", ", extra)}]" : "")}");
                }

                return 0;
            case ["add", var name, var target]:
                aliases[name] = new Alias(File.Exists(target) ? Path.GetFullPath(target) : target, options.Flag("--yolo"), options.Value("--model"));
                Aliases.Write(paths, aliases);
                return 0;
            case ["rm" or "remove", var name]:
                if (!aliases.Remove(name)) throw new UsageException($"no alias '{name}'");
                Aliases.Write(paths, aliases);
                return 0;
            default:
                throw new UsageException("usage: docker-agent alias ls | add NAME TARGET [--yolo] [--model MODEL] | rm NAME");
        }
    }
}
