using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx stop</c>: stops sandboxes; their disks stay.</summary>
internal sealed class StopCommand : CliCommand
{
    private CommandArgument _sandboxes = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override Candidates CandidatesAt(int position) => Candidates.Sandboxes;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Stop sandboxes. All that is on their disks stays; run or exec starts them again.";
        _sandboxes = app.Word("<sandbox...>", "Sandboxes", many: true);
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(("sbx stop shell-my-project", "stop one"), ("sbx stop $(sbx ls -q)", "stop all"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (_sandboxes.Values.Count == 0)
            throw new SbxException(ErrorCode.Usage, "stop which sandbox?", "names: sbx ls");
        var names = _sandboxes.Values.Select(n => SandboxName.Check(n!)).ToList();
        await EachSandbox.DoAsync(context, names, async name =>
        {
            using (var status = new StatusLine(context))
                await context.Client.StopAsync(name, status, cancellationToken).ConfigureAwait(false);
            context.WriteError($"✓ Stopped sandbox '{name}'\n");
        }).ConfigureAwait(false);
        return ExitCodes.Success;
    }
}
