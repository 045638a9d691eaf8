using System.Diagnostics.CodeAnalysis;

namespace Sbx.Policies.Patterns;

/// <summary>
/// The canonical form of a request path that path rules are applied to. A path that servers could read in two ways is refused:
/// <c>.</c> and <c>..</c> segments, empty segments, backslashes, path parameters (<c>;</c>), encoded separators, dots, percent
/// signs, controls or any unreserved character (RFC 3986 2.3), malformed percent-encoding, bytes that must be encoded.
/// </summary>
public static class RequestPath
{
    /// <summary>Longest path in characters.</summary>
    public const int MaximumLength = 8192;

    /// <summary>Checks a path and writes its percent-encodings in upper case. A query is cut off.</summary>
    /// <param name="target">Path of the request, with or without query; not trusted.</param>
    /// <param name="path">The canonical path.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryCanonicalize(string target, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(target);
        path = null;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var text = query < 0 ? target : target[..query];
        problem = Check(text, out var lowerHex);
        if (problem is not null)
            return false;
        path = lowerHex ? UpperHex(text) : text;
        return true;
    }

    private static string? Check(string text, out bool lowerHex)
    {
        lowerHex = false;
        if (text.Length == 0 || text[0] != '/')
            return "it does not start with '/'";
        if (text.Length > MaximumLength)
            return $"it is longer than {MaximumLength} characters";
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '/')
            {
                if (i > 0 && text[i - 1] == '/')
                    return "it has an empty segment ('//')";
            }
            else if (c == '.' && text[i - 1] == '/' && IsDotSegment(text, i))
            {
                return "it has a '.' or '..' segment";
            }
            else if (c == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                    return "it has a malformed percent-encoding";
                var value = Convert.ToInt32(text.Substring(i + 1, 2), 16);
                if (value is < 0x20 or 0x7F)
                    return "it has an encoded control character";
                if (value < 0x80 && (char.IsAsciiLetterOrDigit((char)value) || "-._~/\\%;".Contains((char)value, StringComparison.Ordinal)))
                    return $"it has '{(char)value}' in encoded form";
                lowerHex |= char.IsAsciiLetterLower(text[i + 1]) || char.IsAsciiLetterLower(text[i + 2]);
                i += 2;
            }
            else if (!char.IsAsciiLetterOrDigit(c) && !"-._~!$&'()*+,=:@".Contains(c, StringComparison.Ordinal))
            {
                return c switch
                {
                    '\\' => "it has a backslash",
                    ';' => "it has a path parameter (';')",
                    _ => "it has a character that must be percent-encoded",
                };
            }
        }

        return null;
    }

    private static bool IsDotSegment(string text, int at)
    {
        while (at < text.Length && text[at] == '.')
            at++;
        // Also longer runs of dots, which some servers shorten.
        return at == text.Length || text[at] == '/';
    }

    private static string UpperHex(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = (i > 0 && from[i - 1] == '%') || (i > 1 && from[i - 2] == '%') ? char.ToUpperInvariant(from[i]) : from[i];
    });
}
