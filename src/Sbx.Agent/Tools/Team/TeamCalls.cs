using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Runtime;
using Sbx.Agent.Sessions;

namespace Sbx.Agent.Tools.Team;

/// <summary>The tools an agent has because it is in a team: <c>transfer_task</c> and <c>handoff</c>.</summary>
internal static class TeamCalls
{
    private static readonly AsyncLocal<Conversation?> Current = new();

    public static bool IsTeamTool(string name) => name is "transfer_task" or "handoff";

    /// <summary>The conversation whose calls run from here on, in this flow.</summary>
    public static IDisposable Enter(Conversation conversation)
    {
        var before = Current.Value;
        Current.Value = conversation;
        return new Scope(before);
    }

    public static IToolset? Create(TeamRuntime runtime, AgentDefinition agent)
    {
        var tools = new List<ITool>();
        var members = agent.SubAgents.Where(name => runtime.Team.Agents.Any(other => other.Name == name)).ToArray();
        if (members.Length > 0) tools.Add(TransferTask(runtime, members));
        var successors = agent.Handoffs.Where(name => runtime.Team.Agents.Any(other => other.Name == name)).ToArray();
        if (successors.Length > 0) tools.Add(Handoff(successors));
        return tools.Count == 0 ? null : new StaticToolset("", tools);
    }

    private static FunctionTool TransferTask(TeamRuntime runtime, string[] members) => new(
        new ToolSpec("transfer_task", "Gives a task to another agent of the team and answers with its result.", ToolSchema.Object(
            ToolSchema.Choice("agent", "The agent's name", members) with { Required = true },
            ToolSchema.Text("task", "What it should do, clear and complete"),
            ToolSchema.Text("expected_output", "What it should answer with", required: false)), ReadOnly: true),
        async (input, cancel) =>
        {
            var agent = input.Text("agent");
            if (!members.Contains(agent)) return ToolResult.Error($"no agent '{agent}' to give tasks to; there are: {string.Join(", ", members)}");
            var expected = input.OptionalText("expected_output") is { Length: > 0 } output ? $"\n\nExpected output: {output}" : "";
            var (done, answer) = await runtime.DelegateAsync(Current.Value!, agent, input.Text("task") + expected, cancel).ConfigureAwait(false);
            return new ToolResult(answer, !done);
        });

    private static FunctionTool Handoff(string[] successors) => new(
        new ToolSpec("handoff", "Hands the conversation over to another agent, who answers from now on.", ToolSchema.Object(
            ToolSchema.Choice("agent", "The agent's name", successors) with { Required = true }), ReadOnly: true),
        (input, _) =>
        {
            var agent = input.Text("agent");
            if (!successors.Contains(agent)) return Task.FromResult(ToolResult.Error($"no agent '{agent}' to hand over to; there are: {string.Join(", ", successors)}"));
            var from = Current.Value!.Agent;
            Current.Value!.Agent = agent;
            return Task.FromResult(new ToolResult($"{agent} has the conversation now, handed over by {from}. {agent}: go on from here and answer the user."));
        });

    private sealed class Scope(Conversation? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}
