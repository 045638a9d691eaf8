using System.Text;

namespace Sbx.Agent.Tools;

/// <summary>Keeps what goes to the model to a size it can take: the beginning and the end, with a note of what is left out.</summary>
internal static class ToolText
{
    public const int Max = 48_000;

    public static string Limit(string text, int max = Max)
    {
        if (text.Length <= max) return text;
        var head = max * 2 / 3;
        var tail = max - head;
        return $"{Cut(text[..head])}\n\n[… {text.Length - head - tail} characters left out …]\n\n{text[^tail..]}";
    }

    /// <summary>UTF-8 text, or null when the bytes are not text.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes[..Math.Min(bytes.Length, 8000)].Contains((byte)0)) return null;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // Half of a surrogate pair cannot be written as UTF-8.
    private static string Cut(string text) => text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[..^1] : text;
}
