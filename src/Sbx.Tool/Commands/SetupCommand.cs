using System.Diagnostics;
using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Images.Prerequisites;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx setup</c>: installs what the host lacks; says exactly what it will run before it does.</summary>
internal sealed class SetupCommand : CliCommand
{
    private CommandOption _yes = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Install what this machine lacks. Says exactly what it will run, and asks.";
        _yes = app.Flag("-y|--yes", "Do not ask");
        _json = app.Flag("--json", "Only report, as JSON: what is missing and what would be run");
        app.Examples(("sbx setup --yes", "in a script"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var plan = SetupPlan.ForThisHost();
        if (_json.HasValue())
        {
            var document = new SetupDocument(plan.IsComplete, [.. plan.Missing.Select(m => m.Name)], [.. plan.Commands.Select(c => c.ToString())]);
            JsonOutput.Write(context, document, ToolJson.Default.SetupDocument);
            return ExitCodes.Success;
        }

        if (plan.IsComplete)
        {
            context.WriteError("This machine has all that sbx needs. Start: sbx run shell\n");
            return ExitCodes.Success;
        }

        context.WriteError($"{plan.System.Name} lacks:\n{string.Concat(plan.Missing.Select(m => $"  {m.Name}, for {m.NeededFor}\n"))}");
        if (plan.Commands.Count == 0)
            throw new SbxException(ErrorCode.HostPrerequisite, "how to install software on this system is not known", plan.Advice);
        context.WriteError($"sbx will run:\n{string.Concat(plan.Commands.Select(c => $"  {c}\n"))}");
        if (!_yes.HasValue())
            await Question.ConfirmAsync(context, "Run this?", "--yes", cancellationToken).ConfigureAwait(false);
        foreach (var command in plan.Commands)
            await RunAsync(context, command, cancellationToken).ConfigureAwait(false);
        var left = SetupPlan.ForThisHost();
        if (!left.IsComplete)
            throw new SbxException(
                ErrorCode.HostPrerequisite, $"still missing: {string.Join(", ", left.Missing.Select(m => m.Name))}", "the commands above ended well, but did not bring it; see: sbx doctor");
        context.WriteError("✓ This machine has all that sbx needs. Start: sbx run shell\n");
        return ExitCodes.Success;
    }

    // Its input stays the user's, for sudo's question; its output goes to standard error, for it is no data of ours.
    private static async Task RunAsync(CliContext context, Images.Prerequisites.SetupCommand command, CancellationToken cancellationToken)
    {
        context.WriteError($"+ {command}\n");
        var start = new ProcessStartInfo(command.Arguments[0], command.Arguments.Skip(1)) { RedirectStandardOutput = true };
        using var process = Start(start, command);
        var copying = process.StandardOutput.BaseStream.CopyToAsync(context.Error, cancellationToken);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await copying.ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new SbxException(ErrorCode.HostPrerequisite, $"'{command}' ended with code {process.ExitCode}", "correct what it says above, and run sbx setup again");
    }

    private static Process Start(ProcessStartInfo start, Images.Prerequisites.SetupCommand command)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new SbxException(ErrorCode.HostPrerequisite, $"'{command}' could not be started: {e.Message}", "run it by hand, as an administrator", e);
        }
    }
}
