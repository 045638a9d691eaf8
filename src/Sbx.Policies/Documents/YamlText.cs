using System.Globalization;
using System.Text;

namespace Sbx.Policies.Documents;

/// <summary>Writes scalars so that they read back as the same text.</summary>
internal static class YamlText
{
    private const string Safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:*+@";

    /// <summary>Plain where that is unambiguous, else in double quotes.</summary>
    public static string Scalar(string text)
    {
        var plain = text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => Safe.Contains(c, StringComparison.Ordinal)) && text[^1] != ':'
            && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off");
        if (plain)
            return text;
        var builder = new StringBuilder("\"");
        foreach (var c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    builder.Append('\\').Append(c);
                    break;
                case < ' ' or (>= '\x7f' and <= '\xa0') or '\u2028' or '\u2029' or '\ufeff' or (>= '\ud800' and <= '\udfff') or '\u0085':
                    builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
                    break;
                default:
                    builder.Append(c);
                    break;
            }
        }

        return builder.Append('"').ToString();
    }

    /// <summary>One text, or a list in brackets.</summary>
    public static string ScalarOrList(IReadOnlyList<string> texts)
        => texts.Count == 1 ? Scalar(texts[0]) : $"[{string.Join(", ", texts.Select(Scalar))}]";
}
