namespace Sbx.Bench;

/// <summary>What is measured and where.</summary>
internal sealed record Settings
{
    /// <summary>Top of the checkout.</summary>
    public required string Root { get; init; }

    /// <summary>Directory of the bench's own files; kept when it was named, so that images are not unpacked each time.</summary>
    public required string Work { get; init; }

    /// <summary>Repetitions of what takes seconds; what takes milliseconds is repeated more often.</summary>
    public required int Rounds { get; init; }

    /// <summary>Scenarios to run.</summary>
    public required IReadOnlyList<string> Scenarios { get; init; }

    /// <summary>The published tool.</summary>
    public string Tool => Path.Combine(Root, "artifacts", "tool", "sbx");

    /// <summary>From arguments (scenario names) and the environment (SBX_BENCH_ROOT, SBX_BENCH_DIR, SBX_BENCH_ROUNDS).</summary>
    public static Settings Read(string[] arguments) => new()
    {
        Root = Environment.GetEnvironmentVariable("SBX_BENCH_ROOT") ?? Directory.GetCurrentDirectory(),
        Work = Environment.GetEnvironmentVariable("SBX_BENCH_DIR") ?? throw new InvalidOperationException("SBX_BENCH_DIR is not set; start the bench with bench/run.sh"),
        Rounds = int.Parse(Environment.GetEnvironmentVariable("SBX_BENCH_ROUNDS") ?? "7", System.Globalization.CultureInfo.InvariantCulture),
        Scenarios = arguments,
    };
}
