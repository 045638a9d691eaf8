using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models.Wire;

namespace Sbx.Agent.Models.Providers;

/// <summary>OpenAI's chat completions, streamed; also the protocol of compatible servers.</summary>
/// <param name="compatible">Another server than OpenAI's own: only what all of them understand is sent.</param>
internal sealed class OpenAiChatClient(ProviderHttp http, ProviderEndpoint endpoint, ModelDefinition model, bool compatible) : IModelClient
{
    public string Reference => model.Reference;

    public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        FinishReason? finished = null;
        var calls = new HashSet<int>();
        await foreach (var chunk in http.StreamAsync(endpoint, "/chat/completions", Headers(endpoint), Body(request), cancel).ConfigureAwait(false))
        {
            if (chunk.Get("error") is { } error) throw ProviderErrors.OfEvent(endpoint, error);
            foreach (var choice in chunk.Items("choices").Take(1))
            {
                var delta = choice.Get("delta");
                if ((delta.Text("reasoning_content") ?? delta.Text("reasoning")) is { Length: > 0 } thought) yield return new ReasoningDelta(thought);
                if (delta.Text("content") is { Length: > 0 } text) yield return new TextDelta(text);
                if (delta is { } some)
                    foreach (var call in some.Items("tool_calls"))
                        foreach (var happened in Call(call, calls)) yield return happened;
                if (choice.Text("finish_reason") is { } reason) finished = Reason(reason, calls.Count > 0);
            }

            if (chunk.Get("usage") is { } usage && model.TrackUsage != false) yield return new UsageReported(UsageOf(usage));
        }

        if (finished is null) throw new ModelException(ModelFailure.Passing, $"{endpoint.Name} broke off in the middle of an answer");
        yield return new AnswerFinished(finished.Value);
    }

    public static IEnumerable<KeyValuePair<string, string>> Headers(ProviderEndpoint endpoint) =>
        endpoint.Key is null ? [] : [new("Authorization", $"Bearer {endpoint.Key}")];

    private static IEnumerable<ModelEvent> Call(JsonElement call, HashSet<int> known)
    {
        // Some servers leave the index out when they send a call whole.
        var index = call.Index("index") ?? known.Count;
        var function = call.Get("function");
        if (known.Add(index)) yield return new ToolCallStarted(index, call.Text("id") ?? $"call_{index}", function.Text("name") ?? "");
        if (function.Text("arguments") is { Length: > 0 } arguments) yield return new ToolCallArguments(index, arguments);
    }

    private static FinishReason Reason(string reason, bool calls) => reason switch
    {
        "length" => FinishReason.Length,
        "content_filter" => FinishReason.Filtered,
        _ => calls ? FinishReason.ToolCalls : FinishReason.Stop,
    };

    private static Usage UsageOf(JsonElement? usage)
    {
        var cached = usage.Get("prompt_tokens_details").Number("cached_tokens");
        return new Usage(Math.Max(0, usage.Number("prompt_tokens") - cached), usage.Number("completion_tokens"), cached);
    }

    private JsonObject Body(ModelRequest request)
    {
        var body = new JsonObject
        {
            ["model"] = model.Model,
            ["messages"] = new JsonArray([.. request.Messages.Select(Message)]),
            ["stream"] = true,
            ["stream_options"] = new JsonObject { ["include_usage"] = true },
        };
        if (model.MaxTokens is { } max) body[compatible ? "max_tokens" : "max_completion_tokens"] = max;
        if (model.Temperature is { } temperature) body["temperature"] = temperature;
        if (model.TopP is { } topP) body["top_p"] = topP;
        if (model.FrequencyPenalty is { } frequency) body["frequency_penalty"] = frequency;
        if (model.PresencePenalty is { } presence) body["presence_penalty"] = presence;
        if (model.ThinkingBudget is { Effort: { } effort }) { if (effort != "none") body["reasoning_effort"] = effort; }
        if (request.Tools.Count > 0)
        {
            body["tools"] = new JsonArray([.. request.Tools.Select(tool => new JsonObject
            {
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["parameters"] = tool.Parameters.DeepClone() },
            })]);
            if (model.ParallelToolCalls is { } parallel) body["parallel_tool_calls"] = parallel;
        }

        if (request.Output is { } output)
            body["response_format"] = new JsonObject
            {
                ["type"] = "json_schema",
                ["json_schema"] = new JsonObject { ["name"] = output.Name, ["description"] = output.Description, ["strict"] = output.Strict, ["schema"] = output.Schema.DeepClone() },
            };
        return body;
    }

    private static JsonObject Message(ChatMessage message)
    {
        if (message.Role == ChatRole.Tool) return new JsonObject { ["role"] = "tool", ["tool_call_id"] = message.ToolCallId, ["content"] = message.Text };
        var result = new JsonObject
        {
            ["role"] = message.Role switch { ChatRole.System => "system", ChatRole.User => "user", _ => "assistant" },
            ["content"] = message.Images.Count == 0 ? message.Text : Parts(message),
        };
        if (message.ToolCalls.Count == 0) return result;
        if (message.Text.Length == 0) result["content"] = null;
        result["tool_calls"] = new JsonArray([.. message.ToolCalls.Select(call => new JsonObject
        {
            ["id"] = call.Id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
        })]);
        return result;
    }

    private static JsonArray Parts(ChatMessage message)
    {
        var parts = new JsonArray { (JsonNode)new JsonObject { ["type"] = "text", ["text"] = message.Text } };
        foreach (var image in message.Images)
            parts.Add((JsonNode)new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = $"data:{image.MediaType};base64,{image.Base64}" } });
        return parts;
    }
}
