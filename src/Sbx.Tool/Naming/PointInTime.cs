using System.Globalization;
using Sbx.Api.Errors;

namespace Sbx.Tool.Naming;

/// <summary>Points in time as users write them: a duration before now (<c>90m</c>, <c>1d12h</c>), a date of RFC 3339, or Unix seconds.</summary>
internal static class PointInTime
{
    /// <summary>The instant.</summary>
    /// <exception cref="SbxException">It is none of the three.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253402300799)
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (TryDuration(text, out var duration) && now - DateTimeOffset.MinValue > duration)
            return now - duration;
        if (text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return date;
        throw new SbxException(ErrorCode.Usage, $"'{text}' is not a point in time", "for example: 24h, 7d, 2026-11-01T12:00:00Z");
    }

    /// <summary>Whether <paramref name="text"/> is a duration such as <c>90m</c> or <c>1d12h</c>.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        for (var i = 0; i < text.Length;)
        {
            var digits = 0;
            while (i + digits < text.Length && char.IsAsciiDigit(text[i + digits]))
                digits++;
            if (digits is 0 or > 7 || i + digits == text.Length)
                return false;
            var number = int.Parse(text.AsSpan(i, digits), CultureInfo.InvariantCulture);
            TimeSpan? part = text[i + digits] switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                'w' when number <= 1_000_000 => TimeSpan.FromDays(7L * number),
                _ => null,
            };
            if (part is null)
                return false;
            duration += part.Value;
            i += digits + 1;
        }

        return text.Length > 0;
    }
}
