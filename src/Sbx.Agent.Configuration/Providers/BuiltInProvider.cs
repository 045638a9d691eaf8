namespace Sbx.Agent.Configuration.Providers;

/// <summary>How a provider is spoken to.</summary>
public enum ProviderApi
{
    /// <summary>OpenAI's chat completions, or its responses for models that need them.</summary>
    OpenAi,

    /// <summary>Chat completions only: what compatible servers understand.</summary>
    OpenAiChat,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>Gemini's generateContent.</summary>
    Google,

    /// <summary>Known by name, not spoken by this runtime.</summary>
    Unsupported,
}

/// <summary>A provider whose name needs no definition.</summary>
/// <param name="Name">Prefix of model references.</param>
/// <param name="Api">Its protocol.</param>
/// <param name="BaseUrl">Where its API is.</param>
/// <param name="Keys">Environment variables of its key; the first that is set counts. Empty when it needs none.</param>
/// <param name="Secret">Name of the key for <c>sbx secret set</c>.</param>
/// <param name="DefaultModel">Model that <c>auto</c> takes; null when <c>auto</c> leaves the provider out.</param>
public sealed record BuiltInProvider(
    string Name, ProviderApi Api, string BaseUrl, IReadOnlyList<string> Keys, string Secret, string? DefaultModel = null)
{
    /// <summary>All of them; those with a default model in the order in which <c>auto</c> looks for a key.</summary>
    public static IReadOnlyList<BuiltInProvider> All { get; } =
    [
        new("anthropic", ProviderApi.Anthropic, "https://api.anthropic.com/v1", ["ANTHROPIC_API_KEY"], "anthropic", "claude-sonnet-4-5"),
        new("openai", ProviderApi.OpenAi, "https://api.openai.com/v1", ["OPENAI_API_KEY"], "openai", "gpt-5-mini"),
        new("google", ProviderApi.Google, "https://generativelanguage.googleapis.com/v1beta", ["GOOGLE_API_KEY", "GEMINI_API_KEY"], "google", "gemini-2.5-flash"),
        new("mistral", ProviderApi.OpenAiChat, "https://api.mistral.ai/v1", ["MISTRAL_API_KEY"], "mistral", "mistral-small-latest"),
        new("xai", ProviderApi.OpenAiChat, "https://api.x.ai/v1", ["XAI_API_KEY"], "xai"),
        new("nebius", ProviderApi.OpenAiChat, "https://api.studio.nebius.com/v1", ["NEBIUS_API_KEY"], "nebius"),
        new("minimax", ProviderApi.OpenAiChat, "https://api.minimax.io/v1", ["MINIMAX_API_KEY"], "minimax"),
        new("groq", ProviderApi.OpenAiChat, "https://api.groq.com/openai/v1", ["GROQ_API_KEY"], "groq"),
        new("openrouter", ProviderApi.OpenAiChat, "https://openrouter.ai/api/v1", ["OPENROUTER_API_KEY"], "openrouter"),
        new("requesty", ProviderApi.OpenAiChat, "https://router.requesty.ai/v1", ["REQUESTY_API_KEY"], "requesty"),
        new("ollama", ProviderApi.OpenAiChat, "http://localhost:11434/v1", [], "ollama"),
        new("azure", ProviderApi.OpenAiChat, "", ["AZURE_API_KEY", "AZURE_OPENAI_API_KEY"], "azure"),
        new("dmr", ProviderApi.OpenAiChat, "http://model-runner.docker.internal/engines/v1", [], "dmr", "ai/qwen3:latest"),
        new("amazon-bedrock", ProviderApi.Unsupported, "", ["AWS_ACCESS_KEY_ID"], "aws"),
    ];

    /// <summary>The provider of that name, or null.</summary>
    /// <param name="name">Its name.</param>
    public static BuiltInProvider? Find(string name) => All.FirstOrDefault(provider => provider.Name == name);
}
