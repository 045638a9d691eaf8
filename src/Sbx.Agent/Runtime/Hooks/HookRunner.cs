using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Tools;
using Sbx.Agent.Tools.Shell;

namespace Sbx.Agent.Runtime.Hooks;

/// <summary>What hooks said, put together.</summary>
/// <param name="Blocked">The operation must not happen.</param>
/// <param name="Decision">allow, deny, ask, or null when they leave it open.</param>
/// <param name="Reason">Why.</param>
/// <param name="UpdatedInput">Arguments in place of the model's.</param>
/// <param name="Messages">Lines for the user.</param>
/// <param name="Output">What they wrote that is no JSON: context for the model.</param>
internal sealed record HookOutcome(bool Blocked, string? Decision, string? Reason, JsonObject? UpdatedInput, IReadOnlyList<string> Messages, string Output)
{
    public static readonly HookOutcome Nothing = new(false, null, null, null, [], "");
}

/// <summary>Runs the commands of hooks: JSON on their standard input, an exit code and perhaps JSON back.</summary>
internal sealed class HookRunner(HooksDefinition hooks, string sessionId, string directory)
{
    /// <summary>Exit code with which a hook stops what it was asked about.</summary>
    private const int Blocking = 2;

    public Task<HookOutcome> BeforeToolAsync(ToolCall call, JsonObject arguments, CancellationToken cancel) =>
        RunAsync(Matching(hooks.PreToolUse, call.Name), Tool("pre_tool_use", call, arguments), cancel);

    public Task<HookOutcome> AfterToolAsync(ToolCall call, JsonObject arguments, ToolResult result, CancellationToken cancel)
    {
        var input = Tool("post_tool_use", call, arguments);
        input["tool_response"] = result.Text;
        return RunAsync(Matching(hooks.PostToolUse, call.Name), input, cancel);
    }

    public Task<HookOutcome> SessionStartAsync(string source, CancellationToken cancel) =>
        RunAsync(hooks.SessionStart, Event("session_start", "source", source), cancel);

    public Task<HookOutcome> SessionEndAsync(string reason, CancellationToken cancel) =>
        RunAsync(hooks.SessionEnd, Event("session_end", "reason", reason), cancel);

    public Task<HookOutcome> OnUserInputAsync(CancellationToken cancel) => RunAsync(hooks.OnUserInput, Event("on_user_input"), cancel);

    private static IEnumerable<HookDefinition> Matching(IReadOnlyList<HookMatcherDefinition> matchers, string tool) =>
        matchers.Where(matcher => matcher.Matcher is "" or "*" || Regex.IsMatch(tool, $"^(?:{matcher.Matcher})$", RegexOptions.NonBacktracking)).SelectMany(matcher => matcher.Hooks);

    private JsonObject Event(string name, string? key = null, string? value = null)
    {
        var input = new JsonObject { ["session_id"] = sessionId, ["cwd"] = directory, ["hook_event_name"] = name };
        if (key is not null) input[key] = value;
        return input;
    }

    private JsonObject Tool(string name, ToolCall call, JsonObject arguments)
    {
        var input = Event(name, "tool_name", call.Name);
        input["tool_use_id"] = call.Id;
        input["tool_input"] = arguments.DeepClone();
        return input;
    }

    private async Task<HookOutcome> RunAsync(IEnumerable<HookDefinition> commands, JsonObject input, CancellationToken cancel)
    {
        var outcome = HookOutcome.Nothing;
        var text = input.ToText();
        foreach (var hook in commands)
        {
            ShellResult result;
            try
            {
                result = await ShellCommand.RunAsync(hook.Command, directory, new Dictionary<string, string>(), text, hook.Timeout, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
            {
                outcome = outcome with { Messages = [.. outcome.Messages, $"hook '{hook.Command}' could not be run: {e.Message}"] };
                continue;
            }

            outcome = Add(outcome, hook, result);
            if (outcome.Blocked) break;
        }

        return outcome;
    }

    private static HookOutcome Add(HookOutcome so, HookDefinition hook, ShellResult result)
    {
        if (result.TimedOut) return so with { Messages = [.. so.Messages, $"hook '{FirstLine(hook.Command)}' was ended after {hook.Timeout.TotalSeconds:0} seconds"] };
        if (result.ExitCode != 0 && result.ExitCode != Blocking)
            return so with { Messages = [.. so.Messages, $"hook '{FirstLine(hook.Command)}' failed with exit code {result.ExitCode}: {FirstLine(result.Errors)}"] };

        var said = Parse(result.Output);
        var specific = said?["hook_specific_output"] as JsonObject;
        var decision = Text(specific, "permission_decision") ?? (Text(said, "decision") is "allow" or "ask" ? Text(said, "decision") : null);
        var reason = Text(specific, "permission_decision_reason") ?? Text(said, "reason") ?? Text(said, "stop_reason");
        var blocked = result.ExitCode == Blocking || Text(said, "decision") is "block" or "deny" || decision == "deny" || said?["continue"] is JsonValue go && go.TryGetValue<bool>(out var flag) && !flag;
        if (blocked && reason is null) reason = result.Errors.Trim() is { Length: > 0 } errors ? errors : "blocked by a hook";
        return new HookOutcome(
            so.Blocked || blocked,
            decision ?? so.Decision,
            reason ?? so.Reason,
            specific?["updated_input"] as JsonObject ?? so.UpdatedInput,
            Text(said, "system_message") is { Length: > 0 } message ? [.. so.Messages, message] : so.Messages,
            said is null && result.Output.Trim().Length > 0 ? (so.Output + "\n" + result.Output.Trim()).Trim() : so.Output);
    }

    private static JsonObject? Parse(string output)
    {
        var text = output.Trim();
        if (!text.StartsWith('{')) return null;
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject? node, string name) => node?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string FirstLine(string text) => text.Trim().Split('\n')[0];
}
