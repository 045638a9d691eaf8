using System.Collections.Concurrent;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Configuration.Providers;
using Sbx.Agent.Models.Providers;
using Sbx.Agent.Models.Wire;

namespace Sbx.Agent.Models;

/// <summary>Turns references to models (names of the file, <c>provider/model</c>, <c>auto</c>) into clients. Safe for concurrent use.</summary>
internal sealed class ModelCatalog(TeamDefinition team, ProviderHttp http, Func<string, string?> environment)
{
    private readonly ConcurrentDictionary<string, IModelClient> _clients = new(StringComparer.Ordinal);

    /// <exception cref="ModelException">The reference names nothing, or its provider is not spoken here.</exception>
    public ModelDefinition Define(string reference)
    {
        if (team.Models.TryGetValue(reference, out var named)) return named;
        if (reference == "auto") return Auto();
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < reference.Length - 1
            ? new ModelDefinition { Provider = reference[..slash], Model = reference[(slash + 1)..] }
            : throw new ModelException(ModelFailure.Refused, $"no model '{reference}': expected a name from 'models', provider/model, or auto");
    }

    /// <summary>The client for a reference; a router's rules are looked at with the user's last message.</summary>
    public IModelClient Client(string reference, string? userMessage = null)
    {
        var model = Define(reference);
        if (model.Routing.Count > 0 && userMessage is not null && ModelRouter.Choose(model.Routing, userMessage) is { } routed && routed != reference)
            return Client(routed);
        return _clients.GetOrAdd(reference, _ => Create(model));
    }

    private ModelDefinition Auto()
    {
        var found = BuiltInProvider.All.FirstOrDefault(provider => provider.DefaultModel is not null && provider.Keys.Any(key => environment(key) is { Length: > 0 }))
            ?? BuiltInProvider.Find("dmr")!;
        return new ModelDefinition { Provider = found.Name, Model = found.DefaultModel!, MaxTokens = found.Name == "dmr" ? 16_000 : 32_000 };
    }

    private IModelClient Create(ModelDefinition model)
    {
        if (team.Providers.TryGetValue(model.Provider, out var custom))
        {
            var endpoint = Endpoint(model, custom.BaseUrl, custom.TokenKey is null ? [] : [custom.TokenKey], secret: null);
            return custom.ApiType == "openai_responses" ? new OpenAiResponsesClient(http, endpoint, model) : new OpenAiChatClient(http, endpoint, model, compatible: true);
        }

        var provider = BuiltInProvider.Find(model.Provider)
            ?? throw new ModelException(ModelFailure.Refused, $"no provider '{model.Provider}' for model {model.Reference}");
        var place = Endpoint(model, Place(provider), provider.Keys, provider.Secret);
        var api = model.ProviderOptions?["api_type"]?.ToString();
        return provider.Api switch
        {
            ProviderApi.Anthropic => new AnthropicClient(http, place, model),
            ProviderApi.Google => new GeminiClient(http, place, model),
            ProviderApi.Unsupported => throw new ModelException(ModelFailure.Refused, $"models of {provider.Name} cannot be called from here; use a provider with an API key"),
            _ when api == "openai_responses" => new OpenAiResponsesClient(http, place, model),
            ProviderApi.OpenAi when api is null && model.BaseUrl is null && WantsResponses(model.Model) => new OpenAiResponsesClient(http, place, model),
            ProviderApi.OpenAi => new OpenAiChatClient(http, place, model, compatible: model.BaseUrl is not null),
            _ => new OpenAiChatClient(http, place, model, compatible: true),
        };
    }

    private string Place(BuiltInProvider provider) => environment($"{provider.Name.Replace('-', '_').ToUpperInvariant()}_BASE_URL") is { Length: > 0 } other
        ? other
        : provider.Name == "dmr" && environment("MODEL_RUNNER_HOST") is { Length: > 0 } host ? host.TrimEnd('/') + "/engines/v1"
        : provider.BaseUrl;

    private ProviderEndpoint Endpoint(ModelDefinition model, string baseUrl, IReadOnlyList<string> keys, string? secret)
    {
        var place = Expand(model.BaseUrl ?? baseUrl).TrimEnd('/');
        if (place.Length == 0) throw new ModelException(ModelFailure.Refused, $"model {model.Reference} needs 'base_url'");
        if (model.TokenKey is not null && !keys.Contains(model.TokenKey)) (keys, secret) = ([model.TokenKey], null);
        var variable = keys.FirstOrDefault(key => environment(key) is { Length: > 0 }) ?? (keys.Count > 0 ? keys[0] : null);
        return new ProviderEndpoint(model.Provider, place, variable is null ? null : environment(variable) is { Length: > 0 } key ? key : null, variable, secret);
    }

    private string Expand(string text) => EnvironmentText.Expand(text, environment);

    private static bool WantsResponses(string model) =>
        new[] { "gpt-5", "gpt-4.1", "o1", "o3", "o4", "codex" }.Any(prefix => model.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || model.Contains("-codex", StringComparison.OrdinalIgnoreCase);
}
