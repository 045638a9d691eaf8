using Sbx.Bench.Measuring;

namespace Sbx.Bench.Scenarios;

/// <summary>Commands that only ask.</summary>
internal sealed class CliScenario : IScenario
{
    public string Name => "cli";

    public string Title => "commands that only ask, whole process";

    public async Task RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var (list, version, ps, theirVersion) = (new Samples("ms"), new Samples("ms"), new Samples("ms"), new Samples("ms"));
        for (var round = 0; round < context.Settings.Rounds * 2; round++)
        {
            list.Add((await context.Sbx.RunAsync(cancellationToken, "ls").ConfigureAwait(false)).Whole);
            version.Add((await context.Sbx.RunAsync(cancellationToken, "version").ConfigureAwait(false)).Whole);
            if (context.Docker is { } peer)
            {
                ps.Add((await peer.RunAsync(cancellationToken, "ps").ConfigureAwait(false)).Whole);
                theirVersion.Add((await peer.RunAsync(cancellationToken, "version").ConfigureAwait(false)).Whole);
            }
        }

        context.Table.Row("sbx ls", list, "docker ps", ps, Aim.AtMost(150, "ms"));
        context.Table.Row("sbx version", version, "docker version", theirVersion);
    }
}
