using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models.Wire;

namespace Sbx.Agent.Models.Providers;

/// <summary>OpenAI's responses, streamed, without state at the provider.</summary>
internal sealed class OpenAiResponsesClient(ProviderHttp http, ProviderEndpoint endpoint, ModelDefinition model) : IModelClient
{
    public string Reference => model.Reference;

    public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var finished = false;
        var calls = new HashSet<int>();
        await foreach (var chunk in http.StreamAsync(endpoint, "/responses", OpenAiChatClient.Headers(endpoint), Body(request), cancel).ConfigureAwait(false))
        {
            var index = chunk.Index("output_index") ?? 0;
            switch (chunk.Text("type"))
            {
                case "response.output_text.delta" or "response.refusal.delta":
                    yield return new TextDelta(chunk.Text("delta") ?? "");
                    break;
                case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                    yield return new ReasoningDelta(chunk.Text("delta") ?? "");
                    break;
                case "response.output_item.added" when chunk.Get("item") is { } item && item.Text("type") == "function_call":
                    calls.Add(index);
                    yield return new ToolCallStarted(index, item.Text("call_id") ?? item.Text("id") ?? $"call_{index}", item.Text("name") ?? "");
                    break;
                case "response.function_call_arguments.delta":
                    yield return new ToolCallArguments(index, chunk.Text("delta") ?? "");
                    break;
                case "response.completed" or "response.incomplete":
                    finished = true;
                    if (model.TrackUsage != false && chunk.Get("response").Get("usage") is { } usage) yield return new UsageReported(UsageOf(usage));
                    var cut = chunk.Text("type") == "response.incomplete";
                    yield return new AnswerFinished(cut ? FinishReason.Length : calls.Count > 0 ? FinishReason.ToolCalls : FinishReason.Stop);
                    break;
                case "response.failed":
                    throw ProviderErrors.OfEvent(endpoint, chunk.Get("response").Get("error") ?? chunk);
                case "error":
                    throw ProviderErrors.OfEvent(endpoint, chunk.Get("error") ?? chunk);
            }
        }

        if (!finished) throw new ModelException(ModelFailure.Passing, $"{endpoint.Name} broke off in the middle of an answer");
    }

    private static Usage UsageOf(JsonElement? usage)
    {
        var cached = usage.Get("input_tokens_details").Number("cached_tokens");
        return new Usage(Math.Max(0, usage.Number("input_tokens") - cached), usage.Number("output_tokens"), cached);
    }

    private JsonObject Body(ModelRequest request)
    {
        var body = new JsonObject
        {
            ["model"] = model.Model,
            ["input"] = new JsonArray([.. request.Messages.SelectMany(Items)]),
            ["stream"] = true,
            ["store"] = false,
        };
        if (model.MaxTokens is { } max) body["max_output_tokens"] = max;
        if (model.Temperature is { } temperature) body["temperature"] = temperature;
        if (model.TopP is { } topP) body["top_p"] = topP;
        if (model.ThinkingBudget is { Effort: { } effort } && effort != "none") body["reasoning"] = new JsonObject { ["effort"] = effort, ["summary"] = "auto" };
        if (request.Tools.Count > 0)
        {
            body["tools"] = new JsonArray([.. request.Tools.Select(tool => new JsonObject
            {
                ["type"] = "function",
                ["name"] = tool.Name,
                ["description"] = tool.Description,
                ["parameters"] = tool.Parameters.DeepClone(),
                ["strict"] = false,
            })]);
            if (model.ParallelToolCalls is { } parallel) body["parallel_tool_calls"] = parallel;
        }

        if (request.Output is { } output)
            body["text"] = new JsonObject
            {
                ["format"] = new JsonObject { ["type"] = "json_schema", ["name"] = output.Name, ["description"] = output.Description, ["strict"] = output.Strict, ["schema"] = output.Schema.DeepClone() },
            };
        return body;
    }

    private static IEnumerable<JsonNode> Items(ChatMessage message)
    {
        if (message.Role == ChatRole.Tool)
        {
            yield return new JsonObject { ["type"] = "function_call_output", ["call_id"] = message.ToolCallId, ["output"] = message.Text };
            yield break;
        }

        if (message.Text.Length > 0 || message.Images.Count > 0)
        {
            var content = new JsonArray { (JsonNode)new JsonObject { ["type"] = message.Role == ChatRole.Assistant ? "output_text" : "input_text", ["text"] = message.Text } };
            foreach (var image in message.Images)
                content.Add((JsonNode)new JsonObject { ["type"] = "input_image", ["image_url"] = $"data:{image.MediaType};base64,{image.Base64}" });
            yield return new JsonObject
            {
                ["type"] = "message",
                ["role"] = message.Role switch { ChatRole.System => "system", ChatRole.User => "user", _ => "assistant" },
                ["content"] = content,
            };
        }

        foreach (var call in message.ToolCalls)
            yield return new JsonObject { ["type"] = "function_call", ["call_id"] = call.Id, ["name"] = call.Name, ["arguments"] = call.Arguments };
    }
}
