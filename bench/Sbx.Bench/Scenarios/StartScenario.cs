using System.Diagnostics;
using Sbx.Api.Contracts;
using Sbx.Bench.Measuring;
using Sbx.Bench.Peers;
using Sbx.Bench.Processes;

namespace Sbx.Bench.Scenarios;

/// <summary>From nothing to a machine that answers, and to a command's first output.</summary>
internal sealed class StartScenario : IScenario
{
    private static readonly TimeSpan BetweenCommands = TimeSpan.FromSeconds(4);

    public string Name => "start";

    public string Title => "starting a sandbox";

    public async Task RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var (bare, identified, cold, api, create) = (new Samples("ms"), new Samples("ms"), new Samples("ms"), new Samples("ms"), new Samples("ms"));
        var (run, runWhole, runAgain, docker, dockerWhole) = (new Samples("ms"), new Samples("ms"), new Samples("ms"), new Samples("ms"), new Samples("ms"));
        var files = await BareMachineFiles.MakeAsync(context, cancellationToken).ConfigureAwait(false);
        var workspace = Directory.CreateDirectory(Path.Combine(context.Settings.Work, "start")).FullName;
        // All kinds in each round, so that a busy moment of the machine meets all of them.
        for (var round = 0; round < context.Settings.Rounds; round++)
        {
            await files.RenewDiskAsync(cancellationToken).ConfigureAwait(false);
            await using (var machine = await BareMachine.RestoreAsync(files, cancellationToken).ConfigureAwait(false))
            {
                bare.Add(machine.Milliseconds);
                var restored = Stopwatch.GetTimestamp();
                await GuestCommand.PersonalizeAsync(machine.Channel, cancellationToken).ConfigureAwait(false);
                identified.Add(machine.Milliseconds + Stopwatch.GetElapsedTime(restored).TotalMilliseconds);
            }

            api.Add(await CreateByApiAsync(context, cancellationToken).ConfigureAwait(false));
            // As between two commands of a person: the daemon makes the next machine ready meanwhile.
            await Task.Delay(BetweenCommands, cancellationToken).ConfigureAwait(false);
            create.Add((await context.Sbx.CreateAsync("bench-start", cancellationToken).ConfigureAwait(false)).Whole);
            await context.Sbx.RemoveAsync(cancellationToken, "bench-start").ConfigureAwait(false);
            await Task.Delay(BetweenCommands, cancellationToken).ConfigureAwait(false);
            var result = await RunAsync(context, workspace, cancellationToken).ConfigureAwait(false);
            run.Add(result.FirstOutput);
            runWhole.Add(result.Whole);
            runAgain.Add((await RunAsync(context, workspace, cancellationToken).ConfigureAwait(false)).FirstOutput);
            await Task.Delay(BetweenCommands, cancellationToken).ConfigureAwait(false);
            if (context.Docker is { } peer)
            {
                var container = await peer.RunAsync(cancellationToken, peer.RunCommand("echo", "ready")).ConfigureAwait(false);
                docker.Add(container.FirstOutput);
                dockerWhole.Add(container.Whole);
            }
        }

        for (var round = 0; round < Math.Min(3, context.Settings.Rounds); round++)
        {
            var memory = $"memory-backend-ram,id=ram,size={files.Arguments.Memory},reserve=off,dump=off,merge=off";
            await using var machine = await BareMachine.BootAsync(files, memory, [], cancellationToken).ConfigureAwait(false);
            cold.Add(machine.Milliseconds);
        }

        context.Table.Row("warm start through the API, machine ready", api, "bare QEMU restore", bare, Aim.RatioAtMost(1.5));
        context.Table.Row("warm start through the API, machine ready", api, "bare restore + identity", identified);
        context.Table.Row("sbx create, whole process", create, "bare QEMU restore", bare);
        context.Table.Row("sbx run -- echo, to first output", run, "bare QEMU restore", bare, Aim.RatioAtMost(1.5));
        context.Table.Row("sbx run -- echo, to first output", run, "docker run", docker, Aim.RatioAtMost(1));
        context.Table.Row("the same, at once after another start", runAgain, "docker run", docker);
        context.Table.Row("sbx run --rm -- echo, whole process", runWhole, "docker run --rm", dockerWhole);
        context.Table.Row("bare QEMU restore", bare, "bare QEMU cold boot", cold);
    }

    private static Task<CommandResult> RunAsync(BenchContext context, string workspace, CancellationToken cancellationToken) =>
        context.Sbx.RunAsync(cancellationToken, "run", "--rm", "--quiet", "--no-input", "shell", workspace, "--", "echo", "ready");

    // Restore, file server, identity: everything but a process of the command line.
    private static async Task<double> CreateByApiAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await context.Sbx.Client.CreateAsync(new CreateSandboxRequest { Name = "bench-api", Agent = "shell" }, progress: null, cancellationToken).ConfigureAwait(false);
        var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await context.Sbx.Client.RemoveAsync("bench-api", force: true, cancellationToken).ConfigureAwait(false);
        return milliseconds;
    }
}
