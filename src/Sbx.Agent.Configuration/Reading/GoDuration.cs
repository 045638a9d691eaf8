using System.Globalization;

namespace Sbx.Agent.Configuration.Reading;

/// <summary>Durations as Go writes them: <c>1m</c>, <c>30s</c>, <c>2m30s</c>, <c>150ms</c>.</summary>
internal static class GoDuration
{
    public static TimeSpan? Parse(string text)
    {
        var total = 0.0;
        var i = 0;
        if (text.Length is 0 or > 40) return null;
        while (i < text.Length)
        {
            var start = i;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.')) i++;
            if (!double.TryParse(text.AsSpan(start, i - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return null;
            start = i;
            while (i < text.Length && !char.IsAsciiDigit(text[i]) && text[i] != '.') i++;
            double? unit = text[start..i] switch
            {
                "ns" => 1e-9, "us" or "µs" or "μs" => 1e-6, "ms" => 1e-3, "s" => 1, "m" => 60, "h" => 3600,
                _ => null,
            };
            if (unit is null) return null;
            total += value * unit.Value;
        }

        return total <= TimeSpan.FromDays(365).TotalSeconds ? TimeSpan.FromSeconds(total) : null;
    }
}
