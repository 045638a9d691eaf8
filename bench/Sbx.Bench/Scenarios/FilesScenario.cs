using System.Globalization;
using Sbx.Bench.Measuring;
using Sbx.Bench.Peers;
using Sbx.Bench.Processes;

namespace Sbx.Bench.Scenarios;

/// <summary>Work on the workspace, from inside: through sbx, through virtiofs in the same kind of machine, and on the host.</summary>
internal sealed class FilesScenario : IScenario
{
    private const string Sandbox = "bench-files";
    private const string DropCaches = "sync; echo 3 >/proc/sys/vm/drop_caches";

    private static readonly (string Key, string Text)[] PerOperation =
        [("create", "create a file"), ("stat", "stat"), ("open", "open, close"), ("read", "open, read, close"), ("unlink", "unlink")];

    public string Name => "files";

    public string Title => "files of the workspace: 2,000 small ones, git status of 5,000, 256 MiB at a stretch";

    public async Task RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(context.Settings.Work, "files");
        foreach (var side in (string[])["sbx", "virtiofs", "host"])
            await WorkFiles.MakeAsync(Path.Combine(directory, side), cancellationToken).ConfigureAwait(false);
        var (ours, virtiofs, host) = (new Results(), new Results(), new Results());
        await context.Sbx.CreateAsync(Sandbox, cancellationToken, Path.Combine(directory, "sbx")).ConfigureAwait(false);
        VirtioFsMachine? machine = null;
        try
        {
            machine = await StartPeerAsync(context, Path.Combine(directory, "virtiofs"), cancellationToken).ConfigureAwait(false);
            for (var round = 0; round < Math.Max(1, context.Settings.Rounds / 3); round++)
            {
                foreach (var work in (string[])["meta", "git", "write", "drop", "sequential"])
                {
                    Table.Doing($"round {round + 1}: {work}");
                    ours.Add(await InSandboxAsync(context, directory, work, cancellationToken).ConfigureAwait(false));
                    if (machine is not null)
                        virtiofs.Add(await InMachineAsync(machine, directory, work, cancellationToken).ConfigureAwait(false));
                    // The host's page cache is left alone: dropping it would measure the disk.
                    if (work != "drop")
                        host.Add((await Command.RunAsync(Script(directory, "host", work), cancellationToken).ConfigureAwait(false)).Output);
                }
            }
        }
        finally
        {
            if (machine is not null)
                await machine.DisposeAsync().ConfigureAwait(false);
            await context.Sbx.RemoveAsync(CancellationToken.None, Sandbox).ConfigureAwait(false);
            Directory.Delete(directory, recursive: true);
        }

        foreach (var (key, text) in PerOperation)
            Rows(context.Table, key, text, "ms", Aim.RatioAtMost(1), ours, virtiofs, host);
        Rows(context.Table, "git", "git status, 5,000 files", "ms", Aim.RatioAtMost(1), ours, virtiofs, host);
        Rows(context.Table, "write", "write 256 MiB, fsync", "MiB/s", Aim.RatioAtLeast(0.7), ours, virtiofs, host);
        Rows(context.Table, "sequential", "read 256 MiB, guest's cache empty", "MiB/s", Aim.RatioAtLeast(0.7), ours, virtiofs, host);
        context.Table.Note("beside the host, the guest's own part is emulated where there is no /dev/kvm; the host reads from its page cache");
    }

    private static async Task<VirtioFsMachine?> StartPeerAsync(BenchContext context, string directory, CancellationToken cancellationToken)
    {
        try
        {
            var module = Environment.GetEnvironmentVariable("SBX_BENCH_VIRTIOFS") ?? throw new InvalidOperationException("SBX_BENCH_VIRTIOFS names no module");
            return await VirtioFsMachine.StartAsync(context, directory, module, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException e)
        {
            context.Table.Note($"virtiofs is left out: {e.Message}");
            return null;
        }
    }

    private static async Task<string> InSandboxAsync(BenchContext context, string directory, string work, CancellationToken cancellationToken)
    {
        string[] command = work == "drop" ? ["exec", "-u", "root", Sandbox, "--", "sh", "-c", DropCaches] : ["exec", Sandbox, "--", .. Script(directory, "sbx", work)];
        return (await context.Sbx.RunAsync(cancellationToken, command).ConfigureAwait(false)).Output;
    }

    private static Task<string> InMachineAsync(VirtioFsMachine machine, string directory, string work, CancellationToken cancellationToken) => work == "drop"
        ? machine.RunAsync("root", ["sh", "-c", DropCaches], cancellationToken)
        : machine.RunAsync("agent", Script(directory, "virtiofs", work), cancellationToken);

    private static string[] Script(string directory, string side, string work) =>
        ["python3", Path.Combine(directory, side, WorkFiles.Script), work, Path.Combine(directory, side)];

    private static void Rows(Table table, string key, string text, string unit, Aim aim, Results ours, Results virtiofs, Results host)
    {
        table.Row(text, ours.Of(key, unit), "virtiofs", virtiofs.Of(key, unit), aim);
        table.Row(text, ours.Of(key, unit), "host", host.Of(key, unit));
    }

    /// <summary>The lines of the script, collected by name.</summary>
    private sealed class Results
    {
        private readonly List<(string Key, double Value)> _values = [];

        public void Add(string output) => _values.AddRange(output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Select(words => (words[0], double.Parse(words[1], CultureInfo.InvariantCulture))));

        public Samples Of(string key, string unit)
        {
            var samples = new Samples(unit, HigherIsBetter: unit == "MiB/s");
            foreach (var (_, value) in _values.Where(value => value.Key == key))
                samples.Add(value);
            return samples;
        }
    }
}
