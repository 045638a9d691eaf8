using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models.Wire;

namespace Sbx.Agent.Models.Providers;

/// <summary>Anthropic's messages, streamed, with the stable head of the conversation marked for the provider's cache.</summary>
internal sealed class AnthropicClient(ProviderHttp http, ProviderEndpoint endpoint, ModelDefinition model) : IModelClient
{
    private const int DefaultMaxTokens = 32_000;
    private const string OutputTool = "structured_output";

    public string Reference => model.Reference;

    public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var finished = false;
        var outputBlock = -1;
        var usage = Usage.Zero with { Cost = null };
        var reason = FinishReason.Stop;
        await foreach (var chunk in http.StreamAsync(endpoint, "/messages", Headers(), Body(request), cancel).ConfigureAwait(false))
        {
            var index = chunk.Index("index") ?? 0;
            switch (chunk.Text("type"))
            {
                case "error":
                    throw ProviderErrors.OfEvent(endpoint, chunk.Get("error") ?? chunk);
                case "message_start":
                    usage = Merge(usage, chunk.Get("message").Get("usage"));
                    break;
                case "content_block_start" when chunk.Get("content_block") is { } block && block.Text("type") == "tool_use":
                    if (request.Output is not null && block.Text("name") == OutputTool) outputBlock = index;
                    else yield return new ToolCallStarted(index, block.Text("id") ?? $"call_{index}", block.Text("name") ?? "");
                    break;
                case "content_block_delta" when chunk.Get("delta") is { } delta:
                    if (Delta(delta, index, outputBlock) is { } happened) yield return happened;
                    break;
                case "message_delta":
                    usage = Merge(usage, chunk.Get("usage"));
                    reason = chunk.Get("delta").Text("stop_reason") switch
                    {
                        "tool_use" when outputBlock < 0 => FinishReason.ToolCalls,
                        "max_tokens" => FinishReason.Length,
                        "refusal" => FinishReason.Filtered,
                        _ => FinishReason.Stop,
                    };
                    break;
                case "message_stop":
                    finished = true;
                    if (model.TrackUsage != false) yield return new UsageReported(usage);
                    yield return new AnswerFinished(reason);
                    break;
            }
        }

        if (!finished) throw new ModelException(ModelFailure.Passing, $"{endpoint.Name} broke off in the middle of an answer");
    }

    private static ModelEvent? Delta(JsonElement delta, int index, int outputBlock) => delta.Text("type") switch
    {
        "text_delta" => new TextDelta(delta.Text("text") ?? ""),
        "thinking_delta" => new ReasoningDelta(delta.Text("thinking") ?? ""),
        "signature_delta" => new ReasoningSigned(delta.Text("signature") ?? ""),
        "input_json_delta" when index == outputBlock => new TextDelta(delta.Text("partial_json") ?? ""),
        "input_json_delta" => new ToolCallArguments(index, delta.Text("partial_json") ?? ""),
        _ => null,
    };

    private static Usage Merge(Usage usage, JsonElement? said) => new(
        Math.Max(usage.Input, said.Number("input_tokens")),
        Math.Max(usage.Output, said.Number("output_tokens")),
        Math.Max(usage.CachedInput, said.Number("cache_read_input_tokens")),
        Math.Max(usage.CacheWrite, said.Number("cache_creation_input_tokens")));

    private List<KeyValuePair<string, string>> Headers()
    {
        var headers = new List<KeyValuePair<string, string>> { new("anthropic-version", "2023-06-01") };
        if (endpoint.Key is not null) headers.Add(new("x-api-key", endpoint.Key));
        if (Thinking() && model.ProviderOptions?["interleaved_thinking"]?.ToString() != "false") headers.Add(new("anthropic-beta", "interleaved-thinking-2025-05-14"));
        return headers;
    }

    private bool Thinking() => Budget() > 0;

    private int Budget() => model.ThinkingBudget switch
    {
        null or { IsOff: true } => 0,
        { Tokens: { } tokens } => tokens < 0 ? 8192 : Math.Max(1024, tokens),
        { Effort: "minimal" } => 1024,
        { Effort: "low" } => 2048,
        { Effort: "high" } => 16384,
        { Effort: "xhigh" or "max" } => 32768,
        _ => 8192,
    };

    private JsonObject Body(ModelRequest request)
    {
        var budget = Budget();
        var max = Math.Max(model.MaxTokens ?? DefaultMaxTokens, budget > 0 ? budget + 1024 : 0);
        var body = new JsonObject { ["model"] = model.Model, ["max_tokens"] = max, ["stream"] = true };
        var system = new JsonArray([.. request.Messages.Where(message => message.Role == ChatRole.System && message.Text.Length > 0)
            .Select(message => new JsonObject { ["type"] = "text", ["text"] = message.Text })]);
        if (system.Count > 0)
        {
            Cache(system[^1]);
            body["system"] = system;
        }

        body["messages"] = Messages(request);
        if (budget > 0) body["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = budget };
        // With thinking on, the provider takes no sampling parameters.
        if (budget == 0 && model.Temperature is { } temperature) body["temperature"] = temperature;
        if (budget == 0 && model.TopP is { } topP) body["top_p"] = topP;
        var tools = new JsonArray([.. request.Tools.Select(tool => Tool(tool.Name, tool.Description, tool.Parameters))]);
        if (request.Output is { } output)
        {
            tools.Add((JsonNode)Tool(OutputTool, output.Description ?? "Gives the final answer. Call it once, when all other work is done.", output.Schema));
            // Without other tools the answer can be forced into the form; with them the model decides when it is done.
            if (request.Tools.Count == 0 && budget == 0) body["tool_choice"] = new JsonObject { ["type"] = "tool", ["name"] = OutputTool };
        }

        if (tools.Count > 0) body["tools"] = tools;
        if (tools.Count > 0 && model.ParallelToolCalls == false && !body.ContainsKey("tool_choice"))
            body["tool_choice"] = new JsonObject { ["type"] = "auto", ["disable_parallel_tool_use"] = true };
        return body;
    }

    private static JsonObject Tool(string name, string description, JsonObject schema) =>
        new() { ["name"] = name, ["description"] = description, ["input_schema"] = schema.DeepClone() };

    private static JsonArray Messages(ModelRequest request)
    {
        var messages = new JsonArray();
        foreach (var message in request.Messages.Where(message => message.Role != ChatRole.System))
        {
            var role = message.Role == ChatRole.Assistant ? "assistant" : "user";
            var blocks = Blocks(message);
            if (blocks.Count == 0) continue;
            // Results of one turn, and what the user says after them, belong into one message.
            if (messages.Count > 0 && messages[^1]!["role"]!.GetValue<string>() == role)
            {
                var last = (JsonArray)messages[^1]!["content"]!;
                foreach (var block in blocks.ToList())
                {
                    blocks.Remove(block);
                    last.Add(block);
                }
            }
            else messages.Add((JsonNode)new JsonObject { ["role"] = role, ["content"] = blocks });
        }

        if (messages.Count > 0) Cache(((JsonArray)messages[^1]!["content"]!)[^1]);
        return messages;
    }

    private static JsonArray Blocks(ChatMessage message)
    {
        var blocks = new JsonArray();
        if (message.Role == ChatRole.Tool)
        {
            blocks.Add((JsonNode)new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = message.ToolCallId, ["content"] = message.Text, ["is_error"] = message.IsError });
            return blocks;
        }

        if (message is { Role: ChatRole.Assistant, Reasoning: { } thought, ReasoningSignature: { } signature })
            blocks.Add((JsonNode)new JsonObject { ["type"] = "thinking", ["thinking"] = thought, ["signature"] = signature });
        foreach (var image in message.Images)
            blocks.Add((JsonNode)new JsonObject { ["type"] = "image", ["source"] = new JsonObject { ["type"] = "base64", ["media_type"] = image.MediaType, ["data"] = image.Base64 } });
        if (message.Text.AsSpan().Trim().Length > 0) blocks.Add((JsonNode)new JsonObject { ["type"] = "text", ["text"] = message.Text });
        foreach (var call in message.ToolCalls)
            blocks.Add((JsonNode)new JsonObject { ["type"] = "tool_use", ["id"] = call.Id, ["name"] = call.Name, ["input"] = ToolArguments.ObjectOf(call.Arguments) });
        return blocks;
    }

    private static void Cache(JsonNode? block)
    {
        if (block is JsonObject some && some["type"]?.GetValue<string>() != "thinking") some["cache_control"] = new JsonObject { ["type"] = "ephemeral" };
    }
}
