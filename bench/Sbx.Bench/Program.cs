using System.Runtime.InteropServices;
using Sbx.Bench;
using Sbx.Bench.Egress;
using Sbx.Bench.Measuring;
using Sbx.Bench.Peers;
using Sbx.Bench.Scenarios;

// The proxy is measured on the host alone and needs none of what the scenarios share.
if (args is ["egress", .. var seconds])
    return await EgressBench.RunAsync(seconds);

IScenario[] all = [new StartScenario(), new ExecScenario(), new MemoryScenario(), new ParallelScenario(), new FilesScenario(), new CliScenario(), new DoorScenario()];
var settings = Settings.Read(args);
if (settings.Scenarios.FirstOrDefault(name => all.All(scenario => scenario.Name != name)) is { } unknown)
{
    Console.Error.WriteLine($"there is no scenario '{unknown}'; there are: {string.Join(' ', all.Select(scenario => scenario.Name))}");
    return 2;
}

using var interrupted = new CancellationTokenSource();
// What was started is stopped in either case.
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var failures = 0;
Console.WriteLine(MachineDescription.Text());
Console.WriteLine($"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, load {MachineDescription.Load()}, {settings.Rounds} rounds");
var table = new Table(Console.Out);
var (docker, reason) = await Docker.StartAsync(settings.Work, interrupted.Token);
if (docker is null)
    Console.WriteLine($"docker is left out: {reason}");
await using (docker)
{
    await using var sbx = new SbxTool(settings);
    var context = new BenchContext(settings, sbx, docker, table);
    // Images, accelerator and warm image are there before anything is measured.
    await sbx.CreateAsync("bench-first", interrupted.Token);
    await sbx.RemoveAsync(interrupted.Token, "bench-first");
    foreach (var scenario in all.Where(scenario => settings.Scenarios.Count == 0 || settings.Scenarios.Contains(scenario.Name)))
    {
        table.Begin($"{scenario.Name}: {scenario.Title}  [load {MachineDescription.Load()}]");
        try
        {
            await scenario.RunAsync(context, interrupted.Token);
        }
        catch (Exception e) when (!interrupted.IsCancellationRequested)
        {
            // The others can still be measured.
            table.Note($"FAILED: {e.Message}");
            failures++;
        }

        table.End();
    }
}

return failures == 0 ? 0 : 1;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
