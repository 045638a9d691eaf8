using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Sbx.Policies.Hosts;

/// <summary>Syntax of DNS names: RFC 1123 2.1 letters, digits and hyphens, plus the underscore that real zones use.</summary>
internal static class HostNameSyntax
{
    private const int MaximumLabel = 63;
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    public static bool TryCanonicalize(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? canonical, [NotNullWhen(false)] out string? problem)
    {
        canonical = null;
        if (text.Length > 0 && text[^1] == '.')
            text = text[..^1];
        if (text.Length == 0)
        {
            problem = "it is empty";
            return false;
        }

        // Names in Unicode are shorter than their A-labels; the bound keeps work small before anything is looked at.
        if (text.Length > HostName.MaximumLength)
        {
            problem = $"it is longer than {HostName.MaximumLength} characters";
            return false;
        }

        string name;
        if (Ascii.IsValid(text))
        {
            name = string.Create(text.Length, text, static (to, from) => Ascii.ToLower(from, to, out _));
        }
        else if (!TryToAscii(text, out var converted, out problem))
        {
            return false;
        }
        else
        {
            name = converted;
        }

        problem = Check(name);
        if (problem is not null)
            return false;
        canonical = name;
        return true;
    }

    private static string? Check(string name)
    {
        if (name.Length > HostName.MaximumLength)
            return $"it is longer than {HostName.MaximumLength} characters";
        var last = ReadOnlySpan<char>.Empty;
        foreach (var range in name.AsSpan().Split('.'))
        {
            last = name.AsSpan()[range];
            if (last.Length == 0)
                return "it has an empty label";
            if (last.Length > MaximumLabel)
                return $"a label is longer than {MaximumLabel} characters";
            if (last.ContainsAnyExcept(LabelCharacters))
                return "it has a character that no host name has";
            if (last[0] == '-' || last[^1] == '-')
                return "a label starts or ends with a hyphen";
        }

        // A name whose last label is a number is an address to many resolvers (0x7f.1, 2130706433, 127.1): only the
        // canonical spelling, which was tried first, is taken.
        return LooksNumeric(last) && !HostAddress.TryParse(name, out _)
            ? "it is an unusual spelling of an IPv4 address; write four decimal numbers"
            : null;
    }

    private static bool LooksNumeric(ReadOnlySpan<char> label)
        => !label.ContainsAnyExceptInRange('0', '9') || (label.StartsWith("0x", StringComparison.Ordinal) && IsHex(label[2..]));

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }

        return true;
    }

    private static bool TryToAscii(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? name, [NotNullWhen(false)] out string? problem)
    {
        name = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!rune.IsAscii && !IsIdnLetter(rune))
            {
                problem = "it has a character that no host name has";
                return false;
            }
        }

        try
        {
            // STD3 rules are checked afterwards, on the result, by the same code as for names that came in as ASCII.
            name = new IdnMapping { AllowUnassigned = false, UseStd3AsciiRules = false }.GetAscii(text.ToString().ToLowerInvariant()).ToLowerInvariant();
            problem = null;
            return true;
        }
        catch (ArgumentException)
        {
            problem = "it cannot be written as an internationalised name";
            return false;
        }
    }

    // Letters, marks and digits outside the blocks whose characters stand for others (full-width forms, mathematical letters …):
    // those are spelled differently by every normaliser, so they are refused instead of mapped.
    private static bool IsIdnLetter(Rune rune)
    {
        if (rune.Value is >= 0xFF00 and <= 0xFFEF or >= 0x1D400 and <= 0x1D7FF or >= 0x2000 and <= 0x2BFF or >= 0xF900 and <= 0xFAFF or >= 0xFB00 and <= 0xFDFF or >= 0xFE00 and <= 0xFEFF or >= 0x3200 and <= 0x33FF)
            return false;
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber;
    }
}
