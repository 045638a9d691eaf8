using System.Text.Json.Nodes;

namespace Sbx.Agent.Configuration.Definitions;

/// <summary>A team of agents: one configuration file, upgraded to the current version of the language.</summary>
public sealed record TeamDefinition
{
    /// <summary>Version the file was written in, "0" to "7".</summary>
    public required int Version { get; init; }

    /// <summary>The agents in the order of the file.</summary>
    public required IReadOnlyList<AgentDefinition> Agents { get; init; }

    /// <summary>Named models.</summary>
    public required IReadOnlyDictionary<string, ModelDefinition> Models { get; init; }

    /// <summary>Custom providers.</summary>
    public required IReadOnlyDictionary<string, ProviderDefinition> Providers { get; init; }

    /// <summary>Retrieval sources, as JSON after their keys were checked.</summary>
    public required IReadOnlyDictionary<string, JsonObject> Rag { get; init; }

    /// <summary>Who made it.</summary>
    public required MetadataDefinition Metadata { get; init; }

    /// <summary>Which tools may run without asking, always ask, or never run.</summary>
    public required PermissionsDefinition Permissions { get; init; }

    /// <summary>What was read but has no effect any more, worth a line to the user.</summary>
    public required IReadOnlyList<ConfigurationIssue> Warnings { get; init; }

    /// <summary>The agent that answers when none is named: <c>root</c>, else the first of the file.</summary>
    public AgentDefinition Root => Agents.FirstOrDefault(agent => agent.Name == "root") ?? Agents[0];
}

/// <summary>Author, licence and texts of a configuration.</summary>
public sealed record MetadataDefinition(string? Author, string? License, string? Description, string? Readme, string? Version);

/// <summary>Patterns of tool calls: <c>name</c> or <c>name:argument=pattern</c>, with <c>*</c>, <c>?</c> and <c>[…]</c>.</summary>
public sealed record PermissionsDefinition(IReadOnlyList<string> Allow, IReadOnlyList<string> Ask, IReadOnlyList<string> Deny);

/// <summary>A custom provider of models.</summary>
/// <param name="Name">Its name, used as prefix of model references.</param>
/// <param name="ApiType"><c>openai_chatcompletions</c> or <c>openai_responses</c>.</param>
/// <param name="BaseUrl">Where its API is.</param>
/// <param name="TokenKey">Environment variable of its key, or null when it needs none.</param>
public sealed record ProviderDefinition(string Name, string ApiType, string BaseUrl, string? TokenKey);
