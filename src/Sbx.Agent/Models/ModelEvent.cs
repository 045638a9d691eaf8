using Sbx.Agent.Chat;

namespace Sbx.Agent.Models;

/// <summary>A piece of a streamed answer.</summary>
internal abstract record ModelEvent;

internal sealed record TextDelta(string Text) : ModelEvent;

internal sealed record ReasoningDelta(string Text) : ModelEvent;

internal sealed record ReasoningSigned(string Signature) : ModelEvent;

/// <summary>A call has a name; its arguments follow.</summary>
internal sealed record ToolCallStarted(int Index, string Id, string Name, string? Signature = null) : ModelEvent;

internal sealed record ToolCallArguments(int Index, string Delta) : ModelEvent;

internal sealed record UsageReported(Usage Usage) : ModelEvent;

/// <summary>The provider says that the answer is whole. A stream that ends without it was cut.</summary>
internal sealed record AnswerFinished(FinishReason Reason) : ModelEvent;

internal enum FinishReason
{
    Stop,
    ToolCalls,
    Length,
    Filtered,
}
