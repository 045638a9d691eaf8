using McMaster.Extensions.CommandLineUtils;
using Sbx.Tool.Hosting;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx reset</c>: back to a fresh installation.</summary>
internal sealed class ResetCommand : CliCommand
{
    private CommandOption _force = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Stop and remove all sandboxes, warm images and caches. Workspaces on the host stay as they are.";
        _force = app.Flag("-f|--force", "Do not ask");
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(("sbx reset --force", "in a script"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (!_force.HasValue())
            await Question.ConfirmAsync(context, "Remove all sandboxes, warm images and caches?", "--force", cancellationToken).ConfigureAwait(false);
        using (var status = new StatusLine(context))
            await context.Client.ResetAsync(status, cancellationToken).ConfigureAwait(false);
        context.WriteError("✓ All sandboxes, warm images and caches are removed\n");
        return ExitCodes.Success;
    }
}
