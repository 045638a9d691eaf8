namespace Sbx.Bench.Measuring;

/// <summary>Repeated measurements of one thing.</summary>
/// <param name="Unit">For example "ms".</param>
/// <param name="HigherIsBetter">True for rates.</param>
internal sealed record Samples(string Unit, bool HigherIsBetter = false)
{
    private readonly List<double> _values = [];

    public int Count => _values.Count;

    /// <summary>The middle value; of an even number the mean of the two in the middle.</summary>
    public double Median
    {
        get
        {
            var sorted = _values.Order().ToList();
            return sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }
    }

    /// <summary>The best value: on a busy machine the nearest to what the thing itself takes.</summary>
    public double Best => _values.Count == 0 ? double.NaN : HigherIsBetter ? _values.Max() : _values.Min();

    public void Add(double value) => _values.Add(value);
}
