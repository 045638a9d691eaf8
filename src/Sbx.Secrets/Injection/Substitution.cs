using Sbx.Secrets.Services;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Injection;

/// <summary>Replaces placeholders of custom secrets.</summary>
internal static class Substitution
{
    public static string Apply(string text, IReadOnlyList<string> placeholders, SecretValue value, bool isTarget)
    {
        foreach (var placeholder in placeholders)
        {
            if (placeholder != PlaceholderText.Default && text.Contains(placeholder, StringComparison.Ordinal))
            {
                SecretValueRules.Check(value.Bytes);
                text = text.Replace(placeholder, isTarget ? Uri.EscapeDataString(value.Reveal()) : value.Reveal(), StringComparison.Ordinal);
            }
        }

        return text;
    }
}
