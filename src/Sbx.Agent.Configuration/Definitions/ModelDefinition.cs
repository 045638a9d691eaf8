using System.Text.Json.Nodes;

namespace Sbx.Agent.Configuration.Definitions;

/// <summary>A model and how to call it.</summary>
public sealed record ModelDefinition
{
    /// <summary>Its provider: a built-in one or one of the file's own.</summary>
    public required string Provider { get; init; }

    /// <summary>Its name at the provider.</summary>
    public required string Model { get; init; }

    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>Tokens of one answer at most.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>0 to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>-2 to 2.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>-2 to 2.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Where the API is, instead of the provider's own place.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Whether several tools may be called at once.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>Environment variable of the key, instead of the provider's own.</summary>
    public string? TokenKey { get; init; }

    /// <summary>Options of the provider.</summary>
    public JsonObject? ProviderOptions { get; init; }

    /// <summary>Whether tokens are counted; null for yes.</summary>
    public bool? TrackUsage { get; init; }

    /// <summary>How much it may think before it answers.</summary>
    public ThinkingBudget? ThinkingBudget { get; init; }

    /// <summary>Rules that send a message to another model.</summary>
    public IReadOnlyList<RoutingRule> Routing { get; init; } = [];

    /// <summary><c>provider/model</c>.</summary>
    public string Reference => $"{Provider}/{Model}";
}

/// <summary>An effort word or a number of tokens; exactly one is set.</summary>
/// <param name="Effort">none, minimal, low, medium, high …</param>
/// <param name="Tokens">-1 for as many as the model likes, 0 for none.</param>
public sealed record ThinkingBudget(string? Effort, int? Tokens)
{
    /// <summary>True when thinking is switched off.</summary>
    public bool IsOff => Effort == "none" || Tokens == 0;
}

/// <summary>Messages like the examples go to the model.</summary>
public sealed record RoutingRule(string Model, IReadOnlyList<string> Examples);
