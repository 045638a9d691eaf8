using System.Text;

namespace Sbx.Tool.Output;

/// <summary>Makes text from outside (names, paths, messages of a guest) safe to print on a terminal.</summary>
internal static class Printable
{
    /// <summary>The text on one line: control characters, also those above 127, and direction overrides become <c>\uXXXX</c>.</summary>
    public static string Line(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsUnsafe(c))
                safe.Append($"\\u{(int)c:x4}");
            else
                safe.Append(c);
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char c) => char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';
}
