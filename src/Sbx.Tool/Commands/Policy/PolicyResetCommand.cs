using McMaster.Extensions.CommandLineUtils;
using Sbx.Tool.Hosting;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy reset</c>: deletes all rules, the preset, and the approvals of workspaces.</summary>
internal sealed class PolicyResetCommand : CliCommand
{
    private CommandOption _force = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Delete all rules, those of sandboxes too, the choice of the preset, and the approvals of workspaces.";
        _force = app.Flag("-f|--force", "Do not ask");
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(("sbx policy export -o rules.yaml && sbx policy reset --force", "keep the rules for all in a file, and start anew"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (!_force.HasValue())
            await Question.ConfirmAsync(context, "Delete all rules of the policy and the choice of the preset?", "--force", cancellationToken).ConfigureAwait(false);
        await context.Client.Policy.ResetAsync(cancellationToken).ConfigureAwait(false);
        context.WriteError("✓ The policy is as it was at first. Choose a preset: sbx policy init\n");
        return ExitCodes.Success;
    }
}
