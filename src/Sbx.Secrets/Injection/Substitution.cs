using System.Text;
using Sbx.Secrets.Services;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Injection;

/// <summary>Replaces placeholders of custom secrets.</summary>
internal static class Substitution
{
    public static string Apply(string text, IReadOnlyList<string> placeholders, SecretValue value, bool isTarget)
    {
        if (!isTarget && text.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && TryDecode(text[6..].Trim(), out var pair))
        {
            var replaced = Replace(pair, placeholders, value, isTarget: false);
            return ReferenceEquals(replaced, pair) ? text : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(replaced));
        }

        return Replace(text, placeholders, value, isTarget);
    }

    private static string Replace(string text, IReadOnlyList<string> placeholders, SecretValue value, bool isTarget)
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

    private static bool TryDecode(string base64, out string text)
    {
        var bytes = new byte[base64.Length];
        var decoded = Convert.TryFromBase64String(base64, bytes, out var length);
        text = decoded ? Encoding.UTF8.GetString(bytes, 0, length) : "";
        return decoded;
    }
}
