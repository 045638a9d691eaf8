using System.Globalization;

namespace Sbx.Machines.Limits;

/// <summary>Sizes as people write them: a number and a unit (b, k, m, g, t, also KiB, MiB …), powers of 1024 as docker counts.</summary>
public static class ByteSize
{
    /// <summary>Parses a size; false when it is none, when its unit is missing, or when it does not fit 63 bits.</summary>
    /// <param name="text">For example <c>2g</c>, <c>512m</c>, <c>1.5GiB</c>, <c>1073741824b</c>.</param>
    /// <param name="bytes">The size in bytes.</param>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        if (text is null)
            return false;
        var trimmed = text.Trim();
        var digits = 0;
        while (digits < trimmed.Length && (char.IsAsciiDigit(trimmed[digits]) || trimmed[digits] == '.'))
            digits++;
        if (Shift(trimmed[digits..].TrimStart()) is not { } shift
            || !decimal.TryParse(trimmed.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue >> shift)
            return false;
        var exact = number * (1L << shift);
        if (exact > long.MaxValue || exact != decimal.Truncate(exact))
            return false;
        bytes = (long)exact;
        return true;
    }

    /// <summary>The shortest exact form with a unit: 2 GiB, 1536 MiB, 17 B.</summary>
    public static string Format(long bytes)
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        while (unit < units.Length - 1 && bytes != 0 && bytes % 1024 == 0)
        {
            bytes /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes} {units[unit]}");
    }

    private static int? Shift(string unit) => unit.ToLowerInvariant() switch
    {
        "b" => 0,
        "k" or "kb" or "kib" => 10,
        "m" or "mb" or "mib" => 20,
        "g" or "gb" or "gib" => 30,
        "t" or "tb" or "tib" => 40,
        _ => null,
    };
}
