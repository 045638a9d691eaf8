using Sbx.Agent.Chat;
using Sbx.Agent.Tools;
using Sbx.Agent.Tools.Notes;

namespace Sbx.Agent.Runtime;

/// <summary>Something that happened while agents work, for whoever shows it.</summary>
internal abstract record AgentEvent(string Agent);

internal sealed record TurnStarted(string Agent, string SessionId) : AgentEvent(Agent);

internal sealed record TurnStopped(string Agent, string SessionId) : AgentEvent(Agent);

internal sealed record UserSaid(string Agent, string SessionId, string Text) : AgentEvent(Agent);

internal sealed record Said(string Agent, string SessionId, string Text) : AgentEvent(Agent);

internal sealed record Thought(string Agent, string SessionId, string Text) : AgentEvent(Agent);

/// <summary>What was said since the answer began is void: it begins again.</summary>
internal sealed record Restarted(string Agent, string Reason, bool HadOutput) : AgentEvent(Agent);

internal sealed record ToolAnnounced(string Agent, string CallId, string Name) : AgentEvent(Agent);

internal sealed record ToolCalled(string Agent, ToolCall Call, ToolSpec? Spec) : AgentEvent(Agent);

internal sealed record ToolAnswered(string Agent, ToolCall Call, ToolSpec? Spec, ToolResult Result) : AgentEvent(Agent);

internal sealed record HookBlocked(string Agent, ToolCall Call, ToolSpec? Spec, string Reason) : AgentEvent(Agent);

internal sealed record UsageChanged(string Agent, string SessionId, Usage Total, long Context, int? Limit) : AgentEvent(Agent);

internal sealed record AgentSwitched(string Agent, string From, string To, bool Begins) : AgentEvent(Agent);

internal sealed record ModelFellBack(string Agent, string From, string To, string Reason) : AgentEvent(Agent);

internal sealed record Compacting(string Agent, string SessionId, bool Begins, string? Summary) : AgentEvent(Agent);

internal sealed record IterationsReached(string Agent, int Max) : AgentEvent(Agent);

internal sealed record AgentReady(string Agent, string Model, string Description, string? Welcome, int Tools) : AgentEvent(Agent);

internal sealed record TitleChanged(string Agent, string SessionId, string Title) : AgentEvent(Agent);

internal sealed record TodosChanged(string Agent, IReadOnlyList<TodoItem> Items) : AgentEvent(Agent);

internal sealed record Warned(string Agent, string Message) : AgentEvent(Agent);

internal sealed record Failed(string Agent, string Message) : AgentEvent(Agent);
