using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Models;
using Sbx.Agent.Runtime.Hooks;
using Sbx.Agent.Runtime.Permissions;
using Sbx.Agent.Sessions;
using Sbx.Agent.Tools;
using Sbx.Agent.Tools.Team;

namespace Sbx.Agent.Runtime;

/// <summary>Runs the calls of one answer: each is decided in order, those allowed run at the same time, tasks for other agents one after the other.</summary>
internal sealed class ToolDispatcher(TeamRuntime runtime, PermissionRules rules, IUserInterface ui)
{
    private sealed record Decided(ToolCall Call, AgentTool? Tool, JsonObject Arguments, ToolResult? Refusal);

    /// <summary>Adds a result for every call and returns the model for the next turn when the toolsets name one.</summary>
    public async Task<string?> RunAsync(Conversation conversation, TeamAgent agent, IReadOnlyList<ToolCall> calls, CancellationToken cancel)
    {
        var tools = await agent.ToolsAsync(_ => ValueTask.CompletedTask, cancel).ConfigureAwait(false);
        var hooks = runtime.Hooks(agent, conversation);
        var running = new List<(Decided Decided, Task<ToolResult> Result)>();
        try
        {
            foreach (var call in calls)
            {
                var decided = await DecideAsync(conversation, agent, hooks, tools, call, cancel).ConfigureAwait(false);
                var result = decided.Refusal is { } refusal ? Task.FromResult(refusal) : CallAsync(agent, hooks, decided, cancel);
                if (TeamCalls.IsTeamTool(call.Name)) await result.ConfigureAwait(false);
                running.Add((decided, result));
            }

            await Task.WhenAll(running.Select(one => one.Result)).ConfigureAwait(false);
        }
        finally
        {
            foreach (var (decided, result) in running)
            {
                var answer = result.IsCompletedSuccessfully ? result.Result : ToolResult.Error("(cancelled by the user)");
                await ui.ShowAsync(new ToolAnswered(agent.Definition.Name, decided.Call, decided.Tool?.Tool.Spec, answer), CancellationToken.None).ConfigureAwait(false);
                await runtime.AddAsync(conversation, new ChatMessage(ChatRole.Tool, answer.Text) { ToolCallId = decided.Call.Id, ToolName = decided.Call.Name, IsError = answer.IsError }, cancel).ConfigureAwait(false);
            }
        }

        var models = running.Select(one => one.Decided.Tool?.Definition?.Model).Distinct().ToList();
        return models.Count == 1 ? models[0] : null;
    }

    private async Task<Decided> DecideAsync(
        Conversation conversation, TeamAgent agent, HookRunner hooks, IReadOnlyDictionary<string, AgentTool> tools, ToolCall call, CancellationToken cancel)
    {
        var name = agent.Definition.Name;
        await ui.ShowAsync(new ToolCalled(name, call, tools.GetValueOrDefault(call.Name)?.Tool.Spec), cancel).ConfigureAwait(false);
        if (!tools.TryGetValue(call.Name, out var tool))
            return Refuse(null, $"there is no tool '{call.Name}'; the tools are: {string.Join(", ", tools.Keys)}");
        if (!ToolArguments.TryParse(call.Arguments, out var arguments))
            return Refuse(tool, "the arguments are no JSON object; call the tool again with valid JSON");

        var spec = tool.Tool.Spec;
        var (decision, rule) = rules.Decide(spec, arguments);
        if (decision == PermissionDecision.Deny) return Refuse(tool, $"the permissions of this team deny it (rule '{rule}')");

        var outcome = await hooks.BeforeToolAsync(call, arguments, cancel).ConfigureAwait(false);
        foreach (var message in outcome.Messages) await ui.ShowAsync(new Warned(name, message), cancel).ConfigureAwait(false);
        if (outcome.Blocked)
        {
            await ui.ShowAsync(new HookBlocked(name, call, spec, outcome.Reason!), cancel).ConfigureAwait(false);
            return Refuse(tool, $"a hook blocked it: {outcome.Reason}");
        }

        if (outcome.UpdatedInput is { } updated)
        {
            arguments = (JsonObject)updated.DeepClone();
            call = call with { Arguments = arguments.ToText() };
            // What a hook makes of a call must pass the same rules.
            (decision, rule) = rules.Decide(spec, arguments);
            if (decision == PermissionDecision.Deny) return Refuse(tool, $"the permissions of this team deny it (rule '{rule}')");
        }

        var asks = outcome.Decision switch
        {
            "allow" => false,
            "ask" => true,
            _ => decision switch { PermissionDecision.Allow => false, PermissionDecision.Ask => true, _ => !spec.ReadOnly },
        };
        if (asks && !runtime.Yolo && !conversation.Allowed.Contains("*") && !conversation.Allowed.Contains(spec.Name))
        {
            await hooks.OnUserInputAsync(cancel).ConfigureAwait(false);
            switch (await ui.ApproveAsync(name, call, spec, cancel).ConfigureAwait(false))
            {
                case Approval.Deny: return Refuse(tool, "the user does not allow it");
                case Approval.ToolForSession: conversation.Allowed.Add(spec.Name); break;
                case Approval.AllForSession: conversation.Allowed.Add("*"); break;
            }
        }

        return new Decided(call, tool, arguments, null);

        Decided Refuse(AgentTool? refused, string reason)
        {
            return new Decided(call, refused, [], ToolResult.Error(reason));
        }
    }

    private async Task<ToolResult> CallAsync(TeamAgent agent, HookRunner hooks, Decided decided, CancellationToken cancel)
    {
        ToolResult result;
        try
        {
            // A tool that works without waiting must not hold up the others.
            result = await Task.Run(() => decided.Tool!.Tool.CallAsync((JsonObject)decided.Arguments.DeepClone(), cancel), cancel).ConfigureAwait(false);
            result = result with { Text = ToolText.Limit(result.Text) };
        }
        catch (ToolInputException e)
        {
            result = ToolResult.Error(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or System.ComponentModel.Win32Exception or ArgumentException)
        {
            result = ToolResult.Error(e.Message);
        }

        var outcome = await hooks.AfterToolAsync(decided.Call, decided.Arguments, result, cancel).ConfigureAwait(false);
        foreach (var message in outcome.Messages) await ui.ShowAsync(new Warned(agent.Definition.Name, message), cancel).ConfigureAwait(false);
        if (outcome.Output.Length > 0) result = result with { Text = $"{result.Text}\n\n{outcome.Output}" };
        return result;
    }
}
