using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Models.Wire;

namespace Sbx.Agent.Models.Providers;

/// <summary>Gemini's streamGenerateContent over server-sent events.</summary>
internal sealed class GeminiClient(ProviderHttp http, ProviderEndpoint endpoint, ModelDefinition model) : IModelClient
{
    public string Reference => model.Reference;

    public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        FinishReason? finished = null;
        var calls = 0;
        Usage? usage = null;
        IEnumerable<KeyValuePair<string, string>> headers = endpoint.Key is null ? [] : [new("x-goog-api-key", endpoint.Key)];
        var path = $"/models/{Uri.EscapeDataString(model.Model)}:streamGenerateContent?alt=sse";
        await foreach (var chunk in http.StreamAsync(endpoint, path, headers, Body(request), cancel).ConfigureAwait(false))
        {
            if (chunk.Get("error") is { } error) throw ProviderErrors.OfEvent(endpoint, error);
            foreach (var candidate in chunk.Items("candidates").Take(1))
            {
                if (candidate.Get("content") is { } content)
                    foreach (var part in content.Items("parts"))
                        foreach (var happened in Part(part, calls))
                        {
                            if (happened is ToolCallArguments) calls++;
                            yield return happened;
                        }

                if (candidate.Text("finishReason") is { } reason)
                    finished = reason switch { "MAX_TOKENS" => FinishReason.Length, "STOP" => FinishReason.Stop, "MALFORMED_FUNCTION_CALL" => FinishReason.Stop, _ => FinishReason.Filtered };
            }

            if (chunk.Get("promptFeedback").Text("blockReason") is { } blocked)
                throw new ModelException(ModelFailure.Refused, $"{endpoint.Name} refused the prompt: {blocked}");
            if (chunk.Get("usageMetadata") is { } said) usage = UsageOf(said);
        }

        if (usage is not null && model.TrackUsage != false) yield return new UsageReported(usage);
        if (finished is null) throw new ModelException(ModelFailure.Passing, $"{endpoint.Name} broke off in the middle of an answer");
        yield return new AnswerFinished(calls > 0 ? FinishReason.ToolCalls : finished.Value);
    }

    private static IEnumerable<ModelEvent> Part(JsonElement part, int calls)
    {
        if (part.Get("functionCall") is { } call)
        {
            yield return new ToolCallStarted(calls, call.Text("id") ?? $"call_{Guid.NewGuid():N}", call.Text("name") ?? "", part.Text("thoughtSignature"));
            yield return new ToolCallArguments(calls, call.Get("args")?.GetRawText() ?? "{}");
        }
        else if (part.Text("text") is { Length: > 0 } text)
            yield return part.Get("thought") is { ValueKind: JsonValueKind.True } ? new ReasoningDelta(text) : new TextDelta(text);
    }

    private static Usage UsageOf(JsonElement? usage)
    {
        var cached = usage.Number("cachedContentTokenCount");
        return new Usage(Math.Max(0, usage.Number("promptTokenCount") - cached), usage.Number("candidatesTokenCount") + usage.Number("thoughtsTokenCount"), cached);
    }

    private JsonObject Body(ModelRequest request)
    {
        var body = new JsonObject { ["contents"] = Contents(request) };
        var system = string.Join("\n\n", request.Messages.Where(message => message.Role == ChatRole.System && message.Text.Length > 0).Select(message => message.Text));
        if (system.Length > 0) body["systemInstruction"] = new JsonObject { ["parts"] = new JsonArray { (JsonNode)new JsonObject { ["text"] = system } } };
        if (request.Tools.Count > 0)
            body["tools"] = new JsonArray { (JsonNode)new JsonObject { ["functionDeclarations"] = new JsonArray([.. request.Tools.Select(tool => new JsonObject
            {
                ["name"] = tool.Name,
                ["description"] = tool.Description,
                ["parametersJsonSchema"] = tool.Parameters.DeepClone(),
            })]) } };
        var generation = new JsonObject();
        if (model.Temperature is { } temperature) generation["temperature"] = temperature;
        if (model.TopP is { } topP) generation["topP"] = topP;
        if (model.MaxTokens is { } max) generation["maxOutputTokens"] = max;
        if (model.FrequencyPenalty is { } frequency) generation["frequencyPenalty"] = frequency;
        if (model.PresencePenalty is { } presence) generation["presencePenalty"] = presence;
        if (Thinking() is { } thinking) generation["thinkingConfig"] = thinking;
        // The provider takes a schema only when there are no tools.
        if (request.Output is { } output && request.Tools.Count == 0)
        {
            generation["responseMimeType"] = "application/json";
            generation["responseJsonSchema"] = output.Schema.DeepClone();
        }

        if (generation.Count > 0) body["generationConfig"] = generation;
        return body;
    }

    private JsonObject? Thinking() => model.ThinkingBudget switch
    {
        null => null,
        { IsOff: true } => new JsonObject { ["thinkingBudget"] = 0 },
        { Tokens: { } tokens } => new JsonObject { ["thinkingBudget"] = tokens, ["includeThoughts"] = true },
        { Effort: var effort } => new JsonObject { ["thinkingLevel"] = effort, ["includeThoughts"] = true },
    };

    private static JsonArray Contents(ModelRequest request)
    {
        var contents = new JsonArray();
        foreach (var message in request.Messages.Where(message => message.Role != ChatRole.System))
        {
            var role = message.Role == ChatRole.Assistant ? "model" : "user";
            var parts = Parts(message).ToList();
            if (parts.Count == 0) continue;
            if (contents.Count > 0 && contents[^1]!["role"]!.GetValue<string>() == role)
                foreach (var part in parts) ((JsonArray)contents[^1]!["parts"]!).Add(part);
            else contents.Add((JsonNode)new JsonObject { ["role"] = role, ["parts"] = new JsonArray([.. parts]) });
        }

        return contents;
    }

    private static IEnumerable<JsonNode> Parts(ChatMessage message)
    {
        if (message.Role == ChatRole.Tool)
        {
            yield return new JsonObject { ["functionResponse"] = new JsonObject { ["name"] = message.ToolName, ["response"] = new JsonObject { [message.IsError ? "error" : "output"] = message.Text } } };
            yield break;
        }

        if (message.Text.Length > 0) yield return new JsonObject { ["text"] = message.Text };
        foreach (var image in message.Images)
            yield return new JsonObject { ["inlineData"] = new JsonObject { ["mimeType"] = image.MediaType, ["data"] = image.Base64 } };
        foreach (var call in message.ToolCalls)
        {
            var part = new JsonObject { ["functionCall"] = new JsonObject { ["name"] = call.Name, ["args"] = ToolArguments.ObjectOf(call.Arguments) } };
            if (call.Signature is not null) part["thoughtSignature"] = call.Signature;
            yield return part;
        }
    }
}
