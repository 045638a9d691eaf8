using System.Text.Json.Nodes;

namespace Sbx.Agent.Configuration.Definitions;

/// <summary>One agent of a team.</summary>
public sealed record AgentDefinition
{
    /// <summary>Its name, unique in the team.</summary>
    public required string Name { get; init; }

    /// <summary>Model references, one of them for each turn in rotation; <c>auto</c> when the file names none.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Models to use when the first fails.</summary>
    public FallbackDefinition Fallback { get; init; } = FallbackDefinition.None;

    /// <summary>One line for other agents and for the user.</summary>
    public string Description { get; init; } = "";

    /// <summary>Shown when a conversation starts.</summary>
    public string? WelcomeMessage { get; init; }

    /// <summary>The system prompt.</summary>
    public string Instruction { get; init; } = "";

    /// <summary>Its tools.</summary>
    public IReadOnlyList<ToolsetDefinition> Toolsets { get; init; } = [];

    /// <summary>Tools are called from code the model writes instead of one by one.</summary>
    public bool CodeModeTools { get; init; }

    /// <summary>Agents it may give tasks to.</summary>
    public IReadOnlyList<string> SubAgents { get; init; } = [];

    /// <summary>Agents it may hand the conversation over to.</summary>
    public IReadOnlyList<string> Handoffs { get; init; } = [];

    /// <summary>Adds today's date to the prompt.</summary>
    public bool AddDate { get; init; }

    /// <summary>Adds directory, system and processor to the prompt.</summary>
    public bool AddEnvironmentInfo { get; init; }

    /// <summary>Files whose content is added to the prompt.</summary>
    public IReadOnlyList<string> AddPromptFiles { get; init; } = [];

    /// <summary>Each tool gets a parameter in which the model says why it calls it.</summary>
    public bool AddDescriptionParameter { get; init; }

    /// <summary>Calls of the model in one answer at most; 0 for no limit.</summary>
    public int MaxIterations { get; init; }

    /// <summary>Messages of the conversation sent at most; 0 for all.</summary>
    public int NumHistoryItems { get; init; }

    /// <summary>Named prompts, by name.</summary>
    public IReadOnlyDictionary<string, CommandDefinition> Commands { get; init; } = new Dictionary<string, CommandDefinition>();

    /// <summary>JSON Schema of the answer.</summary>
    public StructuredOutputDefinition? StructuredOutput { get; init; }

    /// <summary>Names of retrieval sources.</summary>
    public IReadOnlyList<string> Rag { get; init; } = [];

    /// <summary>Shell commands run at points of its life.</summary>
    public HooksDefinition Hooks { get; init; } = HooksDefinition.None;

    /// <summary>Where skills come from: <c>local</c> or URLs; empty when skills are off.</summary>
    public IReadOnlyList<string> Skills { get; init; } = [];
}

/// <summary>What to do when a model fails.</summary>
/// <param name="Models">Model references to try in order.</param>
/// <param name="Retries">Retries of one model after a passing error; -1 for none, 0 for the default of 2.</param>
/// <param name="Cooldown">How long to stay with a model that worked after the first was refused.</param>
public sealed record FallbackDefinition(IReadOnlyList<string> Models, int Retries, TimeSpan Cooldown)
{
    /// <summary>No other model, default retries, one minute.</summary>
    public static readonly FallbackDefinition None = new([], 0, TimeSpan.FromMinutes(1));

    /// <summary>Retries after the first attempt.</summary>
    public int EffectiveRetries => Retries switch { < 0 => 0, 0 => 2, _ => Retries };
}

/// <summary>A named prompt.</summary>
public sealed record CommandDefinition(string? Description, string Instruction);

/// <summary>The form an answer must have.</summary>
public sealed record StructuredOutputDefinition(string Name, string? Description, bool Strict, JsonObject Schema);

/// <summary>Shell commands by event.</summary>
public sealed record HooksDefinition(
    IReadOnlyList<HookMatcherDefinition> PreToolUse,
    IReadOnlyList<HookMatcherDefinition> PostToolUse,
    IReadOnlyList<HookDefinition> SessionStart,
    IReadOnlyList<HookDefinition> SessionEnd,
    IReadOnlyList<HookDefinition> OnUserInput)
{
    /// <summary>No hooks.</summary>
    public static readonly HooksDefinition None = new([], [], [], [], []);
}

/// <summary>Hooks of tools whose name matches.</summary>
/// <param name="Matcher">Regular expression of the whole name; <c>*</c> or nothing for all.</param>
/// <param name="Hooks">The commands.</param>
public sealed record HookMatcherDefinition(string Matcher, IReadOnlyList<HookDefinition> Hooks);

/// <summary>One command.</summary>
public sealed record HookDefinition(string Command, TimeSpan Timeout);
