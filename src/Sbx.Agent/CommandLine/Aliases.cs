using System.Text.Json;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Storage;

namespace Sbx.Agent.CommandLine;

/// <summary>A short name for a team, with options that go with it.</summary>
internal sealed record Alias(string Target, bool Yolo, string? Model);

/// <summary>Short names, kept in <c>~/.cagent/aliases.json</c>.</summary>
internal static class Aliases
{
    public static Dictionary<string, Alias> Read(AgentPaths paths)
    {
        var result = new Dictionary<string, Alias>(StringComparer.Ordinal);
        try
        {
            if (File.Exists(FileOf(paths)) && JsonNode.Parse(File.ReadAllText(FileOf(paths))) is JsonObject json)
                foreach (var (name, node) in json)
                    if (node?["path"]?.GetValue<string>() is { } target) result[name] = new Alias(target, node["yolo"]?.GetValue<bool>() ?? false, node["model"]?.GetValue<string>());
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"warning: {FileOf(paths)} cannot be read: {e.Message}");
        }

        return result;
    }

    public static void Write(AgentPaths paths, IReadOnlyDictionary<string, Alias> aliases)
    {
        var json = new JsonObject();
        foreach (var (name, alias) in aliases)
        {
            json[name] = new JsonObject { ["path"] = alias.Target };
            if (alias.Yolo) json[name]!["yolo"] = true;
            if (alias.Model is not null) json[name]!["model"] = alias.Model;
        }

        Directory.CreateDirectory(paths.Root);
        var beside = FileOf(paths) + ".new";
        File.WriteAllText(beside, json.ToText());
        File.Move(beside, FileOf(paths), overwrite: true);
    }

    private static string FileOf(AgentPaths paths) => Path.Combine(paths.Root, "aliases.json");
}
