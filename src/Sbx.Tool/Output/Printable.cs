using System.Globalization;
using System.Text;

namespace Sbx.Tool.Output;

/// <summary>Makes text from outside (names, paths, messages of a guest) safe to print on a terminal.</summary>
internal static class Printable
{
    /// <summary>
    /// The text on one line: controls (also those above 127), format characters such as direction overrides, line and paragraph
    /// separators, private use and lone surrogates become <c>\uXXXX</c>.
    /// </summary>
    public static string Line(string text)
    {
        StringBuilder? safe = null;
        for (var i = 0; i < text.Length; i++)
        {
            var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            if (IsUnsafe(CharUnicodeInfo.GetUnicodeCategory(text, i)))
            {
                safe ??= new StringBuilder(text, 0, i, text.Length + 16);
                foreach (var c in text.AsSpan(i, length))
                    safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                safe?.Append(text, i, length);
            }

            i += length - 1;
        }

        return safe?.ToString() ?? text;
    }

    private static bool IsUnsafe(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;
}
