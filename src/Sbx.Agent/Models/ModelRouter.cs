using Sbx.Agent.Configuration.Definitions;

namespace Sbx.Agent.Models;

/// <summary>Chooses the rule whose examples share most words with a message, rare words weighing more (BM25 over the examples).</summary>
internal static class ModelRouter
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.75;

    /// <summary>The model of the best rule, or null when no example shares a word with the message.</summary>
    public static string? Choose(IReadOnlyList<RoutingRule> rules, string message)
    {
        var examples = rules.SelectMany(rule => rule.Examples.Select(example => (rule.Model, Words: Words(example)))).Where(example => example.Words.Count > 0).ToList();
        if (examples.Count == 0) return null;
        var average = examples.Average(example => example.Words.Count);
        var query = Words(message).Distinct().ToList();
        var best = examples.Select(example => (example.Model, Score: query.Sum(word => Score(word, example.Words)))).MaxBy(scored => scored.Score);
        return best.Score > 0 ? best.Model : null;

        double Score(string word, List<string> words)
        {
            double count = words.Count(other => other == word);
            if (count == 0) return 0;
            double with = examples.Count(example => example.Words.Contains(word));
            var rarity = Math.Log(1 + (examples.Count - with + 0.5) / (with + 0.5));
            return rarity * count * (Saturation + 1) / (count + Saturation * (1 - LengthWeight + LengthWeight * words.Count / average));
        }
    }

    private static List<string> Words(string text) =>
        [.. text.ToLowerInvariant().Split([.. text.ToLowerInvariant().Where(c => !char.IsLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Length > 1)];
}
