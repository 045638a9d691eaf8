using System.Diagnostics;
using Sbx.Api.Client;
using Sbx.Bench.Measuring;
using Sbx.Protocol.Messages;

namespace Sbx.Bench.Scenarios;

/// <summary>A command in a sandbox that runs.</summary>
internal sealed class ExecScenario : IScenario
{
    private const string Sandbox = "bench-exec";
    private const int Warmup = 10;
    private const int Loops = 50;

    public string Name => "exec";

    public string Title => "exec true in a running sandbox";

    public async Task RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var (whole, docker, loop, started, inside) = (new Samples("ms"), new Samples("ms"), new Samples("ms"), new Samples("ms"), new Samples("ms"));
        await context.Sbx.CreateAsync(Sandbox, cancellationToken).ConfigureAwait(false);
        if (context.Docker is { } begun)
            await begun.RunAsync(cancellationToken, begun.StayCommand(Sandbox)).ConfigureAwait(false);
        try
        {
            for (var i = 0; i < Warmup; i++)
                await RoundTripAsync(context.Sbx.Client, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < Loops; i++)
            {
                var (first, last) = await RoundTripAsync(context.Sbx.Client, cancellationToken).ConfigureAwait(false);
                started.Add(first);
                loop.Add(last);
            }

            // What the command itself takes in there, without a way to it from outside.
            var spawn = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Scripts", "spawn.py"), cancellationToken).ConfigureAwait(false);
            var lines = (await context.Sbx.RunAsync(cancellationToken, "exec", Sandbox, "--", "python3", "-c", spawn).ConfigureAwait(false)).Output;
            foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                inside.Add(double.Parse(line, System.Globalization.CultureInfo.InvariantCulture));

            for (var round = 0; round < context.Settings.Rounds * 2; round++)
            {
                whole.Add((await context.Sbx.RunAsync(cancellationToken, "exec", Sandbox, "true").ConfigureAwait(false)).Whole);
                if (context.Docker is { } peer)
                    docker.Add((await peer.RunAsync(cancellationToken, "exec", Sandbox, "true").ConfigureAwait(false)).Whole);
            }
        }
        finally
        {
            await context.Sbx.RemoveAsync(CancellationToken.None, Sandbox).ConfigureAwait(false);
            if (context.Docker is { } ended)
                await ended.RunAsync(CancellationToken.None, "rm", "--force", Sandbox).ConfigureAwait(false);
        }

        context.Table.Row("round trip through the API, to exit", loop, "spawn inside", inside, Aim.AtMost(15, "ms"));
        context.Table.Row("the same, until the process has started", started);
        context.Table.Row("sbx exec NAME true, whole process", whole, "docker exec", docker);
    }

    private static async Task<(double Started, double Exited)> RoundTripAsync(SbxClient client, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        var session = await client.ExecAsync(Sandbox, new ExecRequest { Command = ["true"] }, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var started = double.NaN;
            while (await session.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            {
                if (frame.Type == ExecFrameType.Started)
                    started = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
                if (frame.Type == ExecFrameType.Error)
                    throw new InvalidOperationException("the command did not start");
                if (frame.Type == ExecFrameType.Exit)
                    return (started, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
        }

        throw new InvalidOperationException("the exec stream ended without an exit");
    }
}
