using System.Globalization;
using Sbx.Bench.Measuring;

namespace Sbx.Bench.Egress;

/// <summary>What was measured of one way.</summary>
internal sealed class EgressFigures(string name, LoadClient client)
{
    private const string Rate = "/s";

    private static readonly string[] Columns =
        ["1 conn: req/s", "p50 ms", "p99 ms", "32 conns: req/s", "p50 ms", "p99 ms", "new conns/s", "256 MB: MB/s", "event delay p50 ms", "p99 ms"];

    private readonly Samples[] _samples = [.. Columns.Select(column => column.EndsWith(Rate, StringComparison.Ordinal) ? new Samples(Rate, HigherIsBetter: true) : new Samples("ms"))];
    private string? _problem;

    /// <summary>Measures it once more.</summary>
    public async Task MeasureAsync(TimeSpan duration)
    {
        if (_problem is not null)
            return;
        try
        {
            await client.KeepAliveAsync(32, TimeSpan.FromSeconds(1));
            var one = await client.KeepAliveAsync(1, duration);
            var many = await client.KeepAliveAsync(32, duration);
            var fresh = await client.NewConnectionsAsync(duration);
            var download = await client.DownloadAsync();
            var events = await client.EventDelayAsync();
            double[] values = [one.PerSecond, one.P50, one.P99, many.PerSecond, many.P50, many.P99, fresh, download, events.P50, events.P99];
            for (var i = 0; i < values.Length; i++)
                _samples[i].Add(values[i]);
        }
        catch (IOException exception)
        {
            _problem = exception.Message;
        }
    }

    /// <summary>Prints one line per figure and one column per way, and what is ours in relation to the others.</summary>
    public static void Print(IReadOnlyList<EgressFigures> ways, TextWriter output)
    {
        output.WriteLine("".PadRight(22) + string.Concat(ways.Select(way => way.Name.PadLeft(18))));
        for (var i = 0; i < Columns.Length; i++)
            output.WriteLine(Columns[i].PadRight(22) + string.Concat(ways.Select(way => Text(way._samples[i]).PadLeft(18))));
        foreach (var way in ways.Where(way => way._problem is not null))
            output.WriteLine($"{way.Name} failed: {way._problem}");
        if (ways.FirstOrDefault(way => way.Name == "ours") is not { } ours)
            return;
        output.WriteLine();
        foreach (var way in ways.Where(way => way != ours && way._samples[0].Count > 0))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"ours / {way.Name,-9} 32 conns {Ratio(ours, way, 3):0.00} x, new conns {Ratio(ours, way, 6):0.00} x, 256 MB {Ratio(ours, way, 7):0.00} x; ours - {way.Name}: p50 at 1 conn {Difference(ours, way, 1):+0.00;-0.00} ms, event delay p50 {Difference(ours, way, 8):+0.00;-0.00} ms"));
        }
    }

    private string Name => name;

    private static double Ratio(EgressFigures ours, EgressFigures way, int figure) => ours._samples[figure].Median / way._samples[figure].Median;

    private static double Difference(EgressFigures ours, EgressFigures way, int figure) => ours._samples[figure].Best - way._samples[figure].Best;

    private static string Text(Samples samples) => samples.Count == 0 ? "-" : $"{Number(samples.Median)} ({Number(samples.Best)})";

    private static string Number(double value) => value.ToString(value < 100 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
