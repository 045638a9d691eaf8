using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output.Door;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy export</c>: rules as a policy file.</summary>
internal sealed class PolicyExportCommand : CliCommand
{
    private ScopeOptions _scope = null!;
    private CommandOption _output = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Print rules as a policy file, to review, commit and import.";
        _scope = new ScopeOptions(app, "The rules of this sandbox (default: those for all)");
        _output = app.Value("-o|--output <FILE>", "Write it there instead of standard output");
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(("sbx policy export -o rules.yaml", "the rules for all"), ("sbx policy export --sandbox shell-my-project", "those of one sandbox"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var policy = await context.Client.Policy.ExportAsync(_scope.Sandbox(), cancellationToken).ConfigureAwait(false);
        if (_output.Value() is not { } file || file == "-")
        {
            context.Write(policy.Text);
            return ExitCodes.Success;
        }

        await File.WriteAllTextAsync(Path.Combine(context.Directory, file), policy.Text, cancellationToken).ConfigureAwait(false);
        context.WriteError($"✓ Written to {Output.Printable.Line(file)}\n");
        return ExitCodes.Success;
    }
}

/// <summary><c>sbx policy import</c>: rules from a policy file; all of them or none.</summary>
internal sealed class PolicyImportCommand : CliCommand
{
    private CommandArgument _file = null!;
    private ScopeOptions _scope = null!;
    private CommandOption _replace = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Files : Candidates.None;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Take rules from a policy file: all of them or, when one is not valid, none.";
        _file = app.Word("<file>", "Policy file; - for standard input");
        _scope = new ScopeOptions(app, "As rules of this sandbox (default: for all)");
        _replace = app.Flag("--replace", "Instead of the present rules of that scope");
        _json = app.Flag("--json", "Print the new rules, or the failure, as JSON");
        app.Examples(("sbx policy import rules.yaml", "adds them"), ("sbx policy import - --sandbox ci --replace < rules.yaml", "exactly these for one sandbox"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (_file.Value is not { } file)
            throw new SbxException(ErrorCode.Usage, "import which file?", "for example: sbx policy import rules.yaml");
        var request = new PolicyImportRequest
        {
            Sandbox = _scope.Sandbox(),
            Name = file == "-" ? "standard input" : file,
            Text = await PolicyFileText.ReadAsync(context, file, cancellationToken).ConfigureAwait(false),
            Replace = _replace.HasValue(),
        };
        var change = await context.Client.Policy.ImportAsync(request, cancellationToken).ConfigureAwait(false);
        RuleText.Write(context, change, "added", WantsJson);
        if (change.Rules.Count == 0)
            context.WriteError("No rule is new.\n");
        return ExitCodes.Success;
    }
}
