using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Tools;

namespace Sbx.Agent.Runtime;

internal enum Approval
{
    Once,

    /// <summary>This tool from now on, in this session.</summary>
    ToolForSession,

    /// <summary>Every tool from now on, in this session.</summary>
    AllForSession,

    Deny,
}

/// <summary>Who shows what happens and answers for the user. Events arrive one at a time.</summary>
internal interface IUserInterface
{
    ValueTask ShowAsync(AgentEvent happened, CancellationToken cancel);

    Task<Approval> ApproveAsync(string agent, ToolCall call, ToolSpec spec, CancellationToken cancel);

    Task<PromptAnswer> AskAsync(string message, JsonObject? schema, CancellationToken cancel);

    /// <summary>Whether an agent may go on after its limit of iterations.</summary>
    Task<bool> ContinueAsync(string agent, int iterations, CancellationToken cancel);
}
