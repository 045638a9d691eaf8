using Sbx.Agent.Chat;

namespace Sbx.Agent.Models;

/// <summary>Context size and list prices of well-known models, in US dollars for a million tokens. A model not listed has an unknown price, never zero.</summary>
internal static class ModelPrices
{
    private sealed record Row(string Prefix, int Context, double Input, double Output, double Cached, double Write);

    // The longest prefix that fits counts.
    private static readonly Row[] Rows =
    [
        new("anthropic/claude-opus-4-5", 200_000, 5, 25, 0.5, 6.25),
        new("anthropic/claude-opus-4-6", 200_000, 5, 25, 0.5, 6.25),
        new("anthropic/claude-opus-4", 200_000, 15, 75, 1.5, 18.75),
        new("anthropic/claude-sonnet-4", 200_000, 3, 15, 0.3, 3.75),
        new("anthropic/claude-3-7-sonnet", 200_000, 3, 15, 0.3, 3.75),
        new("anthropic/claude-haiku-4-5", 200_000, 1, 5, 0.1, 1.25),
        new("openai/gpt-5-nano", 400_000, 0.05, 0.4, 0.005, 0.05),
        new("openai/gpt-5-mini", 400_000, 0.25, 2, 0.025, 0.25),
        new("openai/gpt-5", 400_000, 1.25, 10, 0.125, 1.25),
        new("openai/gpt-4.1-nano", 1_047_576, 0.1, 0.4, 0.025, 0.1),
        new("openai/gpt-4.1-mini", 1_047_576, 0.4, 1.6, 0.1, 0.4),
        new("openai/gpt-4.1", 1_047_576, 2, 8, 0.5, 2),
        new("openai/gpt-4o-mini", 128_000, 0.15, 0.6, 0.075, 0.15),
        new("openai/gpt-4o", 128_000, 2.5, 10, 1.25, 2.5),
        new("google/gemini-2.5-flash-lite", 1_048_576, 0.1, 0.4, 0.025, 0.1),
        new("google/gemini-2.5-flash", 1_048_576, 0.3, 2.5, 0.075, 0.3),
        new("google/gemini-2.5-pro", 1_048_576, 1.25, 10, 0.31, 1.25),
    ];

    /// <summary>Tokens the model takes in all; null when not known.</summary>
    public static int? ContextOf(string reference) => Find(reference)?.Context;

    public static Usage Price(string reference, Usage usage) => Find(reference) is not { } row ? usage with { Cost = null } : usage with
    {
        Cost = (usage.Input * row.Input + usage.Output * row.Output + usage.CachedInput * row.Cached + usage.CacheWrite * row.Write) / 1e6,
    };

    private static Row? Find(string reference) =>
        Rows.Where(row => reference.StartsWith(row.Prefix, StringComparison.Ordinal)).MaxBy(row => row.Prefix.Length);
}
