using System.Globalization;

namespace Sbx.Bench.Measuring;

/// <summary>What a row should reach.</summary>
/// <param name="Text">For the table.</param>
/// <param name="IsMet">Whether our median, with its ratio to the peer's, is good enough.</param>
internal sealed record Aim(string Text, Func<double, double, bool> IsMet)
{
    public static Aim RatioAtMost(double limit) => new(string.Create(CultureInfo.InvariantCulture, $"<= {limit:0.##} x"), (_, ratio) => ratio <= limit);

    public static Aim RatioAtLeast(double limit) => new(string.Create(CultureInfo.InvariantCulture, $">= {limit:0.##} x"), (_, ratio) => ratio >= limit);

    public static Aim AtMost(double limit, string unit) => new(string.Create(CultureInfo.InvariantCulture, $"<= {limit:0.##} {unit}"), (median, _) => median <= limit);
}
