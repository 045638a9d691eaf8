using System.Globalization;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Runtime;
using Sbx.Agent.Sessions;

namespace Sbx.Agent.Headless;

/// <summary>Events as <c>run --exec --json</c> writes them, one object a line, with the names and fields of Docker Agent's.</summary>
internal static class JsonEvents
{
    public static JsonObject? Write(AgentEvent happened, DateTimeOffset at)
    {
        var json = Body(happened);
        if (json is null) return null;
        if (happened.Agent.Length > 0) json["agent_name"] = happened.Agent;
        json["timestamp"] = at.ToString("O", CultureInfo.InvariantCulture);
        return json;
    }

    private static JsonObject? Body(AgentEvent happened) => happened switch
    {
        TurnStarted started => new() { ["type"] = "stream_started", ["session_id"] = started.SessionId },
        TurnStopped stopped => new() { ["type"] = "stream_stopped", ["session_id"] = stopped.SessionId },
        UserSaid user => new() { ["type"] = "user_message", ["message"] = user.Text, ["session_id"] = user.SessionId },
        Said said => new() { ["type"] = "agent_choice", ["content"] = said.Text, ["session_id"] = said.SessionId },
        Thought thought => new() { ["type"] = "agent_choice_reasoning", ["content"] = thought.Text, ["session_id"] = thought.SessionId },
        ToolAnnounced announced => new() { ["type"] = "partial_tool_call", ["tool_call"] = MessageJson.Call(new ToolCall(announced.CallId, announced.Name, "")) },
        ToolCalled called => Tool("tool_call", called.Call, called.Spec),
        ToolAnswered answered => Answer(answered),
        HookBlocked blocked => With(Tool("hook_blocked", blocked.Call, blocked.Spec), "message", blocked.Reason),
        UsageChanged usage => Usage(usage),
        AgentSwitched switched => new() { ["type"] = "agent_switching", ["switching"] = switched.Begins, ["from_agent"] = switched.From, ["to_agent"] = switched.To },
        ModelFellBack fell => new() { ["type"] = "model_fallback", ["failed_model"] = fell.From, ["fallback_model"] = fell.To, ["reason"] = fell.Reason },
        Compacting { Begins: true } compacting => new() { ["type"] = "session_compaction", ["session_id"] = compacting.SessionId, ["status"] = "started" },
        Compacting compacted => new() { ["type"] = "session_summary", ["session_id"] = compacted.SessionId, ["summary"] = compacted.Summary },
        IterationsReached reached => new() { ["type"] = "max_iterations_reached", ["max_iterations"] = reached.Max },
        AgentReady ready => Ready(ready),
        TitleChanged title => new() { ["type"] = "session_title", ["session_id"] = title.SessionId, ["title"] = title.Title },
        Restarted restarted => new() { ["type"] = "warning", ["message"] = restarted.Reason },
        Warned warned => new() { ["type"] = "warning", ["message"] = warned.Message },
        Failed failed => new() { ["type"] = "error", ["error"] = failed.Message },
        _ => null,
    };

    private static JsonObject Tool(string type, ToolCall call, ToolSpec? spec)
    {
        var json = new JsonObject { ["type"] = type, ["tool_call"] = MessageJson.Call(call) };
        if (spec is not null) json["tool_definition"] = new JsonObject { ["name"] = spec.Name, ["description"] = spec.Description };
        return json;
    }

    private static JsonObject Answer(ToolAnswered answered)
    {
        var json = With(Tool("tool_call_response", answered.Call, answered.Spec), "response", answered.Result.Text);
        json["result"] = new JsonObject { ["output"] = answered.Result.Text, ["isError"] = answered.Result.IsError };
        return json;
    }

    private static JsonObject Usage(UsageChanged usage) => new()
    {
        ["type"] = "token_usage",
        ["session_id"] = usage.SessionId,
        ["usage"] = new JsonObject
        {
            ["input_tokens"] = usage.Total.Input + usage.Total.CachedInput + usage.Total.CacheWrite,
            ["output_tokens"] = usage.Total.Output,
            ["context_length"] = usage.Context,
            ["context_limit"] = usage.Limit ?? 0,
            ["cost"] = usage.Total.Cost ?? 0,
        },
    };

    private static JsonObject Ready(AgentReady ready)
    {
        var json = new JsonObject { ["type"] = "agent_info", ["model"] = ready.Model, ["description"] = ready.Description, ["available_tools"] = ready.Tools };
        if (ready.Welcome is not null) json["welcome_message"] = ready.Welcome;
        return json;
    }

    private static JsonObject With(JsonObject json, string name, string value)
    {
        json[name] = value;
        return json;
    }
}
