using System.Text.Json.Nodes;

namespace Sbx.Agent.Configuration.Definitions;

/// <summary>A group of tools of an agent.</summary>
public sealed record ToolsetDefinition
{
    /// <summary>mcp, script, think, memory, filesystem, shell, tasks, todo, fetch, api, a2a, lsp, user_prompt, openapi, model_picker, background_agents.</summary>
    public required string Type { get; init; }

    /// <summary>Names of the tools to take; empty for all.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Text for the prompt in place of the toolset's own, which it may quote as <c>{ORIGINAL_INSTRUCTIONS}</c>.</summary>
    public string? Instruction { get; init; }

    /// <summary>Regular expressions, separated by commas, of tools whose JSON results are written compactly.</summary>
    public string? Toon { get; init; }

    /// <summary>Model of the turn that reads results of this toolset.</summary>
    public string? Model { get; init; }

    /// <summary>All tools are found on demand.</summary>
    public bool DeferAll { get; init; }

    /// <summary>These tools are found on demand.</summary>
    public IReadOnlyList<string> Defer { get; init; } = [];

    /// <summary>Program of an MCP or language server.</summary>
    public string? Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary><c>docker:NAME</c>.</summary>
    public string? Ref { get; init; }

    /// <summary>A remote MCP server.</summary>
    public RemoteDefinition? Remote { get; init; }

    /// <summary>Configuration for the server.</summary>
    public JsonNode? Config { get; init; }

    /// <summary>A name for the user.</summary>
    public string? Name { get; init; }

    /// <summary>Address of an a2a or OpenAPI service.</summary>
    public string? Url { get; init; }

    /// <summary>Headers for it.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Environment variables of what it starts.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>One todo list for the whole team.</summary>
    public bool Shared { get; init; }

    /// <summary>File of the memory or the tasks.</summary>
    public string? Path { get; init; }

    /// <summary>Tools of a script toolset, by name.</summary>
    public IReadOnlyDictionary<string, ScriptDefinition> Shell { get; init; } = new Dictionary<string, ScriptDefinition>();

    /// <summary>Commands run after a file was edited.</summary>
    public IReadOnlyList<PostEditDefinition> PostEdit { get; init; } = [];

    /// <summary>The tool of an api toolset.</summary>
    public ApiDefinition? Api { get; init; }

    /// <summary>Leaves out what version control ignores.</summary>
    public bool IgnoreVcs { get; init; } = true;

    /// <summary>For fetch.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For lsp: extensions it handles.</summary>
    public IReadOnlyList<string> FileTypes { get; init; } = [];

    /// <summary>For model_picker: models to choose from.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Package of the command.</summary>
    public string? Version { get; init; }
}

/// <summary>An MCP server reached over HTTP.</summary>
/// <param name="Url">Its address.</param>
/// <param name="TransportType">sse or streamable; null to find out.</param>
/// <param name="Headers">Headers of each request; values may hold <c>${env.NAME}</c>.</param>
public sealed record RemoteDefinition(string Url, string? TransportType, IReadOnlyDictionary<string, string> Headers);

/// <summary>A shell command as a tool.</summary>
public sealed record ScriptDefinition(
    string Command, string? Description, JsonObject Args, IReadOnlyList<string>? Required,
    IReadOnlyDictionary<string, string> Env, string? WorkingDirectory);

/// <summary>A command for files that match.</summary>
public sealed record PostEditDefinition(string Path, string Command);

/// <summary>An HTTP request as a tool.</summary>
public sealed record ApiDefinition(
    string Name, string? Instruction, string Endpoint, string Method, IReadOnlyDictionary<string, string> Headers,
    JsonObject Args, IReadOnlyList<string> Required, JsonNode? OutputSchema);
