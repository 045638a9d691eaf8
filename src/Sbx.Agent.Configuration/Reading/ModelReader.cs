using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration.Reading;

/// <summary>Reads the sections <c>models</c> and <c>providers</c>.</summary>
internal static class ModelReader
{
    private static readonly string[] Efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max", "adaptive"];

    public static ModelDefinition? Model(ReadContext context, YamlEntry entry, ReferenceChecks checks)
    {
        if (context.Version >= 4 && entry.Value is YamlScalar { IsNull: false } shorthand) return Shorthand(context, shorthand, checks);
        if (MappingReader.Of(context, entry.Value, $"model '{entry.Key}'") is not { } map) return null;

        var providerKey = context.Version == 0 ? "type" : "provider";
        var provider = map.Text(providerKey, required: true);
        if (provider is not null) checks.Provider(provider, map.Entry(providerKey)!.Value.At);
        var result = new ModelDefinition
        {
            Provider = provider ?? "",
            Model = map.Text("model", required: true) ?? "",
            Temperature = map.Number("temperature", 0, 2),
            MaxTokens = map.Integer("max_tokens", 1, long.MaxValue),
            TopP = map.Number("top_p", 0, 1),
            FrequencyPenalty = map.Number("frequency_penalty", -2, 2),
            PresencePenalty = map.Number("presence_penalty", -2, 2),
            BaseUrl = Address(map, "base_url"),
            ParallelToolCalls = map.Flag("parallel_tool_calls"),
            TokenKey = map.Text("token_key", since: 1),
            ProviderOptions = map.FreeObject("provider_opts", since: 1),
            TrackUsage = map.Flag("track_usage", since: 2),
            ThinkingBudget = Thinking(map),
            Routing = [.. map.Items("routing", since: 3).Select(item => Rule(context, item, checks)).OfType<RoutingRule>()],
        };
        if (context.Version <= 1) Removed(map, "env");
        map.Done();
        return result;
    }

    public static ProviderDefinition? Provider(ReadContext context, YamlEntry entry)
    {
        if (MappingReader.Of(context, entry.Value, $"provider '{entry.Key}'") is not { } map) return null;
        var result = new ProviderDefinition(
            entry.Key,
            map.Choice("api_type", ["openai_chatcompletions", "openai_responses"]) ?? "openai_chatcompletions",
            Address(map, "base_url", required: true) ?? "",
            map.Text("token_key"));
        map.Done();
        return result;
    }

    public static string? Address(MappingReader map, string key, bool required = false, int since = 0)
    {
        var text = map.Text(key, since, required: required);
        // A variable stands for a part that is only known when it runs.
        if (text is null || text.Contains("${", StringComparison.Ordinal)) return text;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return text;
        map.Context.Fail(map.Entry(key)!.Value.At, $"expected a URL that starts with http:// or https:// for '{key}', found '{Spelling.Shown(text)}'");
        return null;
    }

    /// <summary>A key of the first versions that later ones refuse.</summary>
    public static void Removed(MappingReader map, string key)
    {
        if (map.Entry(key) is { } entry) map.Context.Fail(entry.At, $"'{key}' is not supported any more; set environment variables where the agent runs");
    }

    private static ModelDefinition? Shorthand(ReadContext context, YamlScalar node, ReferenceChecks checks)
    {
        var slash = node.Text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && slash < node.Text.Length - 1)
        {
            checks.Provider(node.Text[..slash], node.At);
            return new ModelDefinition { Provider = node.Text[..slash], Model = node.Text[(slash + 1)..] };
        }

        context.Fail(node.At, $"expected provider/model or a mapping, found '{Spelling.Shown(node.Text)}'");
        return null;
    }

    private static RoutingRule? Rule(ReadContext context, YamlNode node, ReferenceChecks checks)
    {
        if (MappingReader.Of(context, node, "a routing rule") is not { } map) return null;
        var model = map.Text("model", required: true);
        if (model is not null) checks.Model(model, map.Entry("model")!.Value.At);
        if (map.Entry("examples") is null) context.Fail(map.At, "a routing rule needs 'examples'");
        var result = new RoutingRule(model ?? "", map.Texts("examples"));
        map.Done();
        return result;
    }

    private static ThinkingBudget? Thinking(MappingReader map)
    {
        if (map.Entry("thinking_budget", since: 2) is not { } entry) return null;
        switch (entry.Value)
        {
            case YamlScalar { AsInteger: { } tokens } when tokens is >= -1 and <= 1_000_000:
                return new ThinkingBudget(null, (int)tokens);
            case YamlScalar { AsInteger: null } word when Efforts.Contains(word.Text) || word.Text.StartsWith("adaptive/", StringComparison.Ordinal):
                return new ThinkingBudget(word.Text, null);
            default:
                map.Context.Fail(entry.Value.At, "expected none, minimal, low, medium, high or a number of tokens (-1 for any) for 'thinking_budget'");
                return null;
        }
    }
}
