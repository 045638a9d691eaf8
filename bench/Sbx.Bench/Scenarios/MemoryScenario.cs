using System.Globalization;
using Sbx.Bench.Measuring;
using Sbx.Bench.Peers;

namespace Sbx.Bench.Scenarios;

/// <summary>What an idle sandbox takes for itself, without the pages that all of them share.</summary>
internal sealed class MemoryScenario : IScenario
{
    private const int Count = 5;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    public string Name => "memory";

    public string Title => $"anonymous memory (RssAnon) of each of {Count} idle sandboxes";

    public async Task RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var (ours, bare) = (new Samples("MB"), new Samples("MB"));
        var names = Enumerable.Range(1, Count).Select(i => $"bench-idle-{i}").ToArray();
        foreach (var name in names)
            await context.Sbx.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.Delay(Idle, cancellationToken).ConfigureAwait(false);
            var usage = await context.Sbx.Client.GetDiskUsageAsync(cancellationToken).ConfigureAwait(false);
            foreach (var sandbox in usage.Sandboxes.Where(sandbox => names.Contains(sandbox.Name)))
                ours.Add(sandbox.MemoryBytes!.Value / 1e6);
        }
        finally
        {
            await context.Sbx.RemoveAsync(CancellationToken.None, names).ConfigureAwait(false);
        }

        var files = await BareMachineFiles.MakeAsync(context, cancellationToken).ConfigureAwait(false);
        await using (var machine = await BareMachine.RestoreAsync(files, cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(Idle, cancellationToken).ConfigureAwait(false);
            bare.Add(Anonymous(machine.ProcessId));
        }

        context.Table.Row("idle sandbox", ours, "bare QEMU restore", bare, Aim.AtMost(60, "MB"));
    }

    private static double Anonymous(int process) => 1024 / 1e6 * double.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
