using System.Buffers.Text;
using System.Text;

namespace Sbx.Tool.Terminal;

/// <summary>Which plain escape sequences may pass.</summary>
internal static class EscapeRules
{
    /// <summary>ESC and one final byte: cursor, tabs, keypad, character sets, reset.</summary>
    public static bool IsAllowed(byte final) => "678=>DEHMNOZcn|}~"u8.Contains(final) || final == (byte)'\\';

    /// <summary>ESC, intermediate bytes, final byte: character sets and line attributes; not the switch away from UTF-8 or to 8-bit controls.</summary>
    public static bool IsAllowed(ReadOnlySpan<byte> intermediates, byte final) =>
        intermediates.Length == 1 && (intermediates[0] is (byte)'(' or (byte)')' or (byte)'*' or (byte)'+' || (intermediates[0] == (byte)'#' && final is >= (byte)'3' and <= (byte)'8'));
}

/// <summary>Which control sequences (ESC [) may pass.</summary>
internal static class CsiRules
{
    /// <summary>Whether a sequence may pass.</summary>
    /// <param name="parameters">Parameter and intermediate bytes.</param>
    /// <param name="final">Final byte.</param>
    public static bool IsAllowed(ReadOnlySpan<byte> parameters, byte final)
    {
        // Intermediates stand behind all parameters; otherwise terminals disagree on what it is.
        var intermediate = parameters.IndexOfAnyInRange((byte)0x20, (byte)0x2f);
        if (intermediate >= 0 && parameters[intermediate..].ContainsAnyInRange((byte)0x30, (byte)0x3f))
            return false;
        return final switch
        {
            // Window operations: only pushing and popping the title, and asking for sizes. 20 and 21 report titles.
            (byte)'t' => intermediate < 0 && FirstNumber(parameters) is 14 or 16 or 18 or 22 or 23,
            // Media copy prints.
            (byte)'i' => false,
            // Linear or 8-bit checksums of what is on the screen read the user's screen back.
            (byte)'y' => intermediate < 0 || parameters[intermediate] != (byte)'*',
            _ => true,
        };
    }

    private static int FirstNumber(ReadOnlySpan<byte> parameters) =>
        Utf8Parser.TryParse(parameters, out int number, out _) ? number : -1;
}

/// <summary>Which operating system commands (ESC ]) may pass.</summary>
internal static class OscRules
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a command may pass: setting titles and colours, asking for colours; nothing else.</summary>
    /// <param name="body">Between the introducer and the terminator.</param>
    public static bool IsAllowed(ReadOnlySpan<byte> body)
    {
        if (!Utf8Parser.TryParse(body, out int number, out var used) || used > 3 || (used < body.Length && body[used] != (byte)';'))
            return false;
        if (number is not (0 or 1 or 2 or 4 or 10 or 11 or 12 or 104 or 110 or 111 or 112))
            return false;
        try
        {
            return !Strict.GetString(body).Any(char.IsControl);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
