using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands.Secrets;

/// <summary><c>sbx secret import</c>: stores credentials that stand in the environment.</summary>
internal sealed class SecretImportCommand : CliCommand
{
    private CommandArgument _service = null!;
    private CommandOption _all = null!;
    private CommandOption _dryRun = null!;
    private CommandOption _force = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Store credentials that stand in this shell's environment (OPENAI_API_KEY and the like), for all sandboxes.";
        _service = app.Word("[service]", "Service whose credential is stored (default: asks about all that are found)");
        _all = app.Flag("--all", "All that are found");
        _dryRun = app.Flag("--dry-run", "Only say what is found");
        _force = app.Flag("-f|--force", "Do not ask; also replace stored ones");
        _json = app.Flag("--json", "Print what was found and stored, or the failure, as JSON");
        app.Examples(("sbx secret import --dry-run", "what is found"), ("sbx secret import --all --force", "in a script"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var service = _service.Value;
        if (service is not null && _all.HasValue())
            throw new SbxException(ErrorCode.Usage, "a service and --all contradict each other", "give one of them");
        if (service is null && !_all.HasValue() && !_dryRun.HasValue() && !context.CanAsk)
            throw new SbxException(ErrorCode.Declined, "which credentials are stored cannot be asked without a terminal", "name a service, or add --all");
        var found = (await context.Client.Secrets.ListAsync(cancellationToken).ConfigureAwait(false)).Environment.Where(e => service is null || e.Service == service).ToList();
        if (service is not null && found.Count == 0)
            throw new SbxException(ErrorCode.NotFound, $"the environment has no credential of '{service}'", "what is found: sbx secret import --dry-run; variables: sbx secret service ls");
        // Over several variables of one service the engine decides.
        var chosen = found.Where(e => service is not null || _force.HasValue() || !e.Stored).Select(e => e.Service).Distinct().ToList();
        if (!WantsJson && (_dryRun.HasValue() || service is null))
            Show(context, found, chosen);
        if (_dryRun.HasValue())
            chosen = [];
        else if (chosen.Count > 0)
            await ConfirmAsync(context, found, chosen, service is not null, cancellationToken).ConfigureAwait(false);
        foreach (var name in chosen)
        {
            await context.Client.Secrets.ImportAsync(name, cancellationToken).ConfigureAwait(false);
            context.WriteError($"✓ Stored the secret of {Printable.Line(name)} (scope: {SecretListCommand.GlobalScope})\n");
        }

        if (WantsJson)
            JsonOutput.Write(context, new ImportDocument(found, chosen), DoorJson.Default.ImportDocument);
        return ExitCodes.Success;
    }

    private void Show(CliContext context, IReadOnlyList<EnvironmentSecretInfo> found, IReadOnlyList<string> chosen)
    {
        if (found.Count == 0)
        {
            context.WriteError("The environment has no credential of a known service. Variables: sbx secret service ls\n");
            return;
        }

        var table = SecretText.Found(found, context.Terminal.IsOutputTerminal && _dryRun.HasValue());
        if (_dryRun.HasValue())
            context.Write(table);
        else
            context.WriteError(table);
        if (chosen.Count == 0 && !_dryRun.HasValue())
            context.WriteError("All of them have a stored secret already; --force replaces those.\n");
    }

    private async Task ConfirmAsync(CliContext context, IReadOnlyList<EnvironmentSecretInfo> found, IReadOnlyList<string> chosen, bool named, CancellationToken cancellationToken)
    {
        if (_force.HasValue())
            return;
        if (found.Any(f => f.Stored && chosen.Contains(f.Service)))
            await Question.ConfirmAsync(context, $"Replace the stored secret of {string.Join(", ", chosen)}?", "--force", cancellationToken).ConfigureAwait(false);
        else if (!named && !_all.HasValue())
            await Question.ConfirmAsync(context, $"Store the secrets of {string.Join(", ", chosen)}?", "--all", cancellationToken).ConfigureAwait(false);
    }
}
