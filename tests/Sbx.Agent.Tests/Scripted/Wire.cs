using System.Text.Json.Nodes;

namespace Sbx.Agent.Tests.Scripted;

/// <summary>An answer in the events of each provider's protocol.</summary>
internal static class Wire
{
    public static IEnumerable<(string Name, string Data)> Events(string path, Answer answer)
    {
        var events = path.EndsWith("/chat/completions", StringComparison.Ordinal) ? Chat(answer)
            : path.EndsWith("/responses", StringComparison.Ordinal) ? Responses(answer)
            : path.EndsWith("/messages", StringComparison.Ordinal) ? Anthropic(answer)
            : Gemini(answer);
        return answer.CutOff ? events.Take(3) : events;
    }

    // In two pieces, so that what is streamed must be put together again.
    private static string[] Pieces(string text) => text.Length < 2 ? [text] : [text[..(text.Length / 2)], text[(text.Length / 2)..]];

    private static IEnumerable<(string, string)> Chat(Answer answer)
    {
        static (string, string) Chunk(JsonObject delta, string? reason = null) => ("", new JsonObject
        {
            ["object"] = "chat.completion.chunk",
            ["choices"] = new JsonArray { new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = reason } },
        }.ToJsonString());
        yield return Chunk(new JsonObject { ["role"] = "assistant", ["content"] = "" });
        if (answer.Thought.Length > 0) yield return Chunk(new JsonObject { ["reasoning_content"] = answer.Thought });
        foreach (var piece in Pieces(answer.Text)) yield return Chunk(new JsonObject { ["content"] = piece });
        for (var i = 0; i < answer.Calls.Length; i++)
        {
            yield return Chunk(new JsonObject { ["tool_calls"] = new JsonArray { new JsonObject { ["index"] = i, ["id"] = $"call_{i}", ["type"] = "function", ["function"] = new JsonObject { ["name"] = answer.Calls[i].Name, ["arguments"] = "" } } } });
            foreach (var piece in Pieces(answer.Calls[i].Arguments))
                yield return Chunk(new JsonObject { ["tool_calls"] = new JsonArray { new JsonObject { ["index"] = i, ["function"] = new JsonObject { ["arguments"] = piece } } } });
        }

        yield return Chunk([], answer.Calls.Length > 0 ? "tool_calls" : "stop");
        yield return ("", $$$$"""{"choices":[],"usage":{"prompt_tokens":{{{{answer.InputTokens}}}},"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":10}}}""");
        yield return ("", "[DONE]");
    }

    private static IEnumerable<(string, string)> Responses(Answer answer)
    {
        yield return ("response.created", """{"type":"response.created","response":{}}""");
        if (answer.Thought.Length > 0) yield return ("response.reasoning_summary_text.delta", new JsonObject { ["type"] = "response.reasoning_summary_text.delta", ["delta"] = answer.Thought }.ToJsonString());
        foreach (var piece in Pieces(answer.Text))
            yield return ("response.output_text.delta", new JsonObject { ["type"] = "response.output_text.delta", ["output_index"] = 0, ["delta"] = piece }.ToJsonString());
        for (var i = 0; i < answer.Calls.Length; i++)
        {
            yield return ("response.output_item.added", new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = i + 1, ["item"] = new JsonObject { ["type"] = "function_call", ["id"] = $"fc_{i}", ["call_id"] = $"call_{i}", ["name"] = answer.Calls[i].Name } }.ToJsonString());
            foreach (var piece in Pieces(answer.Calls[i].Arguments))
                yield return ("response.function_call_arguments.delta", new JsonObject { ["type"] = "response.function_call_arguments.delta", ["output_index"] = i + 1, ["delta"] = piece }.ToJsonString());
        }

        yield return ("response.completed", $$$$$"""{"type":"response.completed","response":{"usage":{"input_tokens":{{{{{answer.InputTokens}}}}},"output_tokens":20,"input_tokens_details":{"cached_tokens":10}}}}""");
    }

    private static IEnumerable<(string, string)> Anthropic(Answer answer)
    {
        static (string, string) Event(JsonObject data) => (data["type"]!.GetValue<string>(), data.ToJsonString());
        static JsonObject Delta(int index, JsonObject delta) => new() { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = delta };
        yield return ("message_start", $$$$"""{"type":"message_start","message":{"role":"assistant","content":[],"usage":{"input_tokens":{{{{answer.InputTokens - 10}}}},"cache_read_input_tokens":10,"output_tokens":1}}}""");
        var index = 0;
        if (answer.Thought.Length > 0)
        {
            yield return Event(new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = new JsonObject { ["type"] = "thinking", ["thinking"] = "" } });
            yield return Event(Delta(index, new JsonObject { ["type"] = "thinking_delta", ["thinking"] = answer.Thought }));
            yield return Event(Delta(index++, new JsonObject { ["type"] = "signature_delta", ["signature"] = "signed" }));
        }

        yield return Event(new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" } });
        foreach (var piece in Pieces(answer.Text)) yield return Event(Delta(index, new JsonObject { ["type"] = "text_delta", ["text"] = piece }));
        foreach (var call in answer.Calls)
        {
            index++;
            yield return Event(new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = new JsonObject { ["type"] = "tool_use", ["id"] = $"call_{index}", ["name"] = call.Name, ["input"] = new JsonObject() } });
            foreach (var piece in Pieces(call.Arguments)) yield return Event(Delta(index, new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece }));
            yield return Event(new JsonObject { ["type"] = "content_block_stop", ["index"] = index });
        }

        yield return Event(new JsonObject { ["type"] = "message_delta", ["delta"] = new JsonObject { ["stop_reason"] = answer.Calls.Length > 0 ? "tool_use" : "end_turn" }, ["usage"] = new JsonObject { ["output_tokens"] = 20 } });
        yield return Event(new JsonObject { ["type"] = "message_stop" });
    }

    private static IEnumerable<(string, string)> Gemini(Answer answer)
    {
        static (string, string) Chunk(JsonArray parts, string? reason = null) => ("", new JsonObject
        {
            ["candidates"] = new JsonArray { new JsonObject { ["content"] = new JsonObject { ["role"] = "model", ["parts"] = parts }, ["finishReason"] = reason } },
        }.ToJsonString());
        if (answer.Thought.Length > 0) yield return Chunk([new JsonObject { ["text"] = answer.Thought, ["thought"] = true }]);
        foreach (var piece in Pieces(answer.Text)) yield return Chunk([new JsonObject { ["text"] = piece }]);
        foreach (var call in answer.Calls)
            yield return Chunk([new JsonObject { ["functionCall"] = new JsonObject { ["name"] = call.Name, ["args"] = JsonNode.Parse(call.Arguments) }, ["thoughtSignature"] = "signed" }]);
        yield return Chunk([new JsonObject { ["text"] = "" }], answer.CutOff ? null : "STOP");
        yield return ("", $$$$"""{"usageMetadata":{"promptTokenCount":{{{{answer.InputTokens}}}},"candidatesTokenCount":20,"cachedContentTokenCount":10}}""");
    }
}
