namespace Sbx.Bench.Scenarios;

/// <summary>One group of measurements. Leaves nothing running.</summary>
internal interface IScenario
{
    /// <summary>Name on the command line.</summary>
    string Name { get; }

    /// <summary>Heading of its table.</summary>
    string Title { get; }

    /// <summary>Measures, and prints rows.</summary>
    Task RunAsync(BenchContext context, CancellationToken cancellationToken);
}
