using System.Globalization;
using System.Text;

namespace Sbx.Egress.Log;

/// <summary>Makes text of the log fit for a terminal. Names and wire values of <see cref="ProxyKind"/>.</summary>
public static class LogText
{
    /// <summary>
    /// The text with every character that could drive a terminal or reorder a line written as an escape (<c>\x1b</c>,
    /// <c>\u202e</c>): controls, format characters, line and paragraph separators, lone surrogates.
    /// </summary>
    public static string Printable(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        StringBuilder? clean = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var isPair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var bad = isPair ? IsUnsafe(CharUnicodeInfo.GetUnicodeCategory(text, i)) : IsUnsafe(char.GetUnicodeCategory(c));
            if (bad)
            {
                clean ??= new StringBuilder(text, 0, i, text.Length + 16);
                clean.Append(c < 0x100 ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}");
                if (isPair)
                    clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[++i]:x4}");
                continue;
            }

            clean?.Append(c);
            if (isPair)
            {
                i++;
                clean?.Append(text[i]);
            }
        }

        return clean?.ToString() ?? text;
    }

    /// <summary>The name as it stands in the log's PROXY column.</summary>
    public static string Name(ProxyKind kind) => kind switch
    {
        ProxyKind.Forward => "forward",
        ProxyKind.ForwardBypass => "forward-bypass",
        ProxyKind.Transparent => "transparent",
        _ => "network",
    };

    private static bool IsUnsafe(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;
}
