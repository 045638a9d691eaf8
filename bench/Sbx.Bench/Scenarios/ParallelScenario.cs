using System.Diagnostics;
using Sbx.Bench.Measuring;

namespace Sbx.Bench.Scenarios;

/// <summary>Ten starts at once.</summary>
internal sealed class ParallelScenario : IScenario
{
    private const int Count = 10;

    public string Name => "parallel";

    public string Title => $"{Count} starts";

    public async Task RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var (together, oneByOne, docker) = (new Samples("ms"), new Samples("ms"), new Samples("ms"));
        var names = Enumerable.Range(1, Count).Select(i => $"bench-many-{i}").ToArray();
        for (var round = 0; round < Math.Max(1, context.Settings.Rounds / 3); round++)
        {
            together.Add(await TimeAsync(() => Task.WhenAll(names.Select(name => context.Sbx.CreateAsync(name, cancellationToken)))).ConfigureAwait(false));
            await context.Sbx.RemoveAsync(cancellationToken, names).ConfigureAwait(false);
            oneByOne.Add(await TimeAsync(async () =>
            {
                foreach (var name in names)
                    await context.Sbx.CreateAsync(name, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false));
            await context.Sbx.RemoveAsync(cancellationToken, names).ConfigureAwait(false);
            if (context.Docker is { } peer)
                docker.Add(await TimeAsync(() => Task.WhenAll(names.Select(name => peer.RunAsync(cancellationToken, peer.StayCommand(name))))).ConfigureAwait(false));
            if (context.Docker is { } same)
                await same.RunAsync(cancellationToken, ["rm", "--force", .. names]).ConfigureAwait(false);
        }

        context.Table.Row($"{Count} x sbx create at once, all ready", together, $"{Count} one by one", oneByOne);
        context.Table.Row($"{Count} x sbx create at once, all ready", together, $"{Count} x docker run -d at once", docker);
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
