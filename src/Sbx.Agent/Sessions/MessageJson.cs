using System.Text.Json;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Models.Wire;

namespace Sbx.Agent.Sessions;

/// <summary>A message as JSON, for the session file and for exports.</summary>
internal static class MessageJson
{
    public static JsonObject Write(ChatMessage message)
    {
        var json = new JsonObject { ["role"] = message.Role.ToString().ToLowerInvariant(), ["content"] = message.Text };
        if (message.ToolCalls.Count > 0)
            json["tool_calls"] = new JsonArray([.. message.ToolCalls.Select(call => Call(call))]);
        if (message.Images.Count > 0)
            json["images"] = new JsonArray([.. message.Images.Select(image => new JsonObject { ["media_type"] = image.MediaType, ["data"] = image.Base64 })]);
        Set(json, "tool_call_id", message.ToolCallId);
        Set(json, "tool_name", message.ToolName);
        if (message.IsError) json["is_error"] = true;
        if (message.IsSummary) json["is_summary"] = true;
        Set(json, "reasoning", message.Reasoning);
        Set(json, "reasoning_signature", message.ReasoningSignature);
        Set(json, "agent", message.Agent);
        Set(json, "model", message.Model);
        if (message.Usage is { } usage)
            json["usage"] = new JsonObject { ["input_tokens"] = usage.Input, ["output_tokens"] = usage.Output, ["cached_input_tokens"] = usage.CachedInput, ["cache_write_tokens"] = usage.CacheWrite, ["cost"] = usage.Cost };
        return json;
    }

    public static JsonObject Call(ToolCall call)
    {
        var json = new JsonObject { ["id"] = call.Id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments } };
        Set(json, "signature", call.Signature);
        return json;
    }

    public static ChatMessage Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        var json = document.RootElement;
        return new ChatMessage(Enum.TryParse<ChatRole>(json.Text("role"), ignoreCase: true, out var role) ? role : ChatRole.User, json.Text("content") ?? "")
        {
            ToolCalls = [.. json.Items("tool_calls").Select(call => new ToolCall(call.Text("id") ?? "", call.Get("function").Text("name") ?? "", call.Get("function").Text("arguments") ?? "{}", call.Text("signature")))],
            Images = [.. json.Items("images").Select(image => new ChatImage(image.Text("media_type") ?? "", image.Text("data") ?? ""))],
            ToolCallId = json.Text("tool_call_id"),
            ToolName = json.Text("tool_name"),
            IsError = json.Get("is_error") is { ValueKind: JsonValueKind.True },
            IsSummary = json.Get("is_summary") is { ValueKind: JsonValueKind.True },
            Reasoning = json.Text("reasoning"),
            ReasoningSignature = json.Text("reasoning_signature"),
            Agent = json.Text("agent"),
            Model = json.Text("model"),
            Usage = json.Get("usage") is { } usage ? UsageOf(usage) : null,
        };
    }

    private static Usage UsageOf(JsonElement? usage) => new(
        usage.Number("input_tokens"), usage.Number("output_tokens"), usage.Number("cached_input_tokens"), usage.Number("cache_write_tokens"),
        usage.Get("cost") is { ValueKind: JsonValueKind.Number } cost ? cost.GetDouble() : null);

    private static void Set(JsonObject json, string name, string? value)
    {
        if (value is not null) json[name] = value;
    }
}
