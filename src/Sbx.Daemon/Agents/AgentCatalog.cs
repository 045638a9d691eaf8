using System.Text.Json;
using System.Text.Json.Serialization;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;

namespace Sbx.Daemon.Agents;

/// <summary>
/// The agents that can be run: the built-in ones and those of the user's <c>agents.json</c>, an object of
/// <c>"name": { "template": "shell", "command": ["program", "argument"] }</c>.
/// </summary>
internal sealed class AgentCatalog(string configDirectory)
{
    private static readonly AgentInfo[] BuiltIn = [new("shell", "shell", ["bash", "-l"], BuiltIn: true)];

    private string File => Path.Combine(configDirectory, "agents.json");

    /// <exception cref="SbxException">The user's file is not valid; the message names the place.</exception>
    public IReadOnlyList<AgentInfo> List()
    {
        var agents = BuiltIn.ToDictionary(a => a.Name, StringComparer.Ordinal);
        foreach (var own in ReadOwn())
            agents[own.Name] = own;
        return [.. agents.Values.OrderBy(a => a.Name, StringComparer.Ordinal)];
    }

    /// <exception cref="SbxException">There is no such agent.</exception>
    public AgentInfo Get(string name)
    {
        var agents = List();
        return agents.FirstOrDefault(a => a.Name == name)
            ?? throw new SbxException(
                ErrorCode.NotFound, $"'{name}' is neither an agent nor a sandbox",
                $"agents: {string.Join(", ", agents.Select(a => a.Name))}; add your own in {File}");
    }

    private IEnumerable<AgentInfo> ReadOwn()
    {
        if (!System.IO.File.Exists(File))
            return [];
        try
        {
            using var stream = System.IO.File.OpenRead(File);
            var own = JsonSerializer.Deserialize(stream, AgentJson.Default.DictionaryStringAgentEntry) ?? [];
            return own.Select(pair => pair.Value.Command is { Count: > 0 } command
                ? new AgentInfo(pair.Key, pair.Value.Template ?? "shell", command, BuiltIn: false)
                : throw new SbxException(ErrorCode.Usage, $"agent '{pair.Key}' in {File} has no command", "give it a \"command\" array"));
        }
        catch (JsonException e)
        {
            throw new SbxException(
                ErrorCode.Usage, $"{File} is not valid at line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}", "correct or remove it", e);
        }
    }
}

internal sealed record AgentEntry(string? Template, IReadOnlyList<string>? Command);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Dictionary<string, AgentEntry>))]
internal sealed partial class AgentJson : JsonSerializerContext;
