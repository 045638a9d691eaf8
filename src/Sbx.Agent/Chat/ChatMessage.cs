using System.Text.Json.Nodes;

namespace Sbx.Agent.Chat;

internal enum ChatRole
{
    System,
    User,
    Assistant,
    Tool,
}

/// <summary>An image that a user attached: its media type and its bytes in base64.</summary>
internal sealed record ChatImage(string MediaType, string Base64);

/// <summary>A call the model asks for; the arguments are JSON as the model wrote it, not yet checked.</summary>
/// <param name="Signature">What the provider wants to see again with the call (Gemini's thought signature).</param>
internal sealed record ToolCall(string Id, string Name, string Arguments, string? Signature = null);

/// <summary>One message of a conversation.</summary>
internal sealed record ChatMessage(ChatRole Role, string Text)
{
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    public IReadOnlyList<ChatImage> Images { get; init; } = [];

    /// <summary>The call that a tool's message answers, and the tool.</summary>
    public string? ToolCallId { get; init; }

    public string? ToolName { get; init; }

    /// <summary>The tool failed.</summary>
    public bool IsError { get; init; }

    /// <summary>What the model thought, and the signature without which its provider refuses to see it again.</summary>
    public string? Reasoning { get; init; }

    public string? ReasoningSignature { get; init; }

    /// <summary>Agent and model that wrote it.</summary>
    public string? Agent { get; init; }

    /// <summary>Stands for all messages before it.</summary>
    public bool IsSummary { get; init; }

    public string? Model { get; init; }

    public Usage? Usage { get; init; }
}

/// <summary>Tokens of one or more answers and what they cost in US dollars, null when the price is not known.</summary>
internal sealed record Usage(long Input, long Output, long CachedInput = 0, long CacheWrite = 0, double? Cost = null)
{
    public static readonly Usage Zero = new(0, 0, 0, 0, 0);

    public long Context => Input + CachedInput + CacheWrite + Output;

    public static Usage operator +(Usage a, Usage b) =>
        new(a.Input + b.Input, a.Output + b.Output, a.CachedInput + b.CachedInput, a.CacheWrite + b.CacheWrite, a.Cost is null && b.Cost is null ? null : (a.Cost ?? 0) + (b.Cost ?? 0));
}

/// <summary>A tool as the model sees it.</summary>
/// <param name="Parameters">JSON Schema of an object.</param>
/// <param name="ReadOnly">It changes nothing: it may run without asking.</param>
internal sealed record ToolSpec(string Name, string Description, JsonObject Parameters, bool ReadOnly = false)
{
    /// <summary>Name of the server it comes from, for permissions such as <c>mcp:github:*</c>.</summary>
    public string? Server { get; init; }
}
