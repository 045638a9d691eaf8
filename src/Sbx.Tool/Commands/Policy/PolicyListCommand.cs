using McMaster.Extensions.CommandLineUtils;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy ls</c>: the preset and the rules.</summary>
internal sealed class PolicyListCommand : CliCommand
{
    private CommandArgument _sandbox = null!;
    private CommandOption _wide = null!;
    private CommandOption _source = null!;
    private CommandOption _decision = null!;
    private CommandOption _type = null!;
    private CommandOption _protocol = null!;
    private CommandOption _createdVia = null!;
    private CommandOption _inactive = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Sandboxes : Candidates.None;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "List the rules of the policy: those for all sandboxes, or those that one sandbox has.";
        _sandbox = app.Word("[sandbox]", "Sandbox whose own rules and workspaces count too");
        _wide = app.Flag("--wide", "Every rule with all its columns, the preset's too");
        _source = app.Value("--source <SOURCE>", "Only local, preset, kit or workspace");
        _decision = app.Value("--decision <DECISION>", "Only allow or deny");
        _type = app.Value("--type <TYPE>", "Only network or http (rules with methods); all is the default");
        _protocol = app.Value("--protocol <PROTOCOL>", "Only rules for tcp, or for udp");
        _createdVia = app.Value("--created-via <WAY>", "Only default, added, provisioned or approval");
        _inactive = app.Flag("--include-inactive", "Also rules that have no effect, and why");
        _format = new FormatOptions(app);
        app.Examples(("sbx policy ls --wide --decision deny", "all that is denied"), ("sbx policy ls shell-my-project --json", "what one sandbox has, for scripts"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        var sandbox = _sandbox.Value is { } name ? SandboxName.Check(name) : null;
        var filter = RuleFilter.Of(_source.Value(), _decision.Value(), _type.Value(), _protocol.Value(), _createdVia.Value(), _inactive.HasValue());
        var listing = await context.Client.Policy.ListAsync(sandbox, cancellationToken).ConfigureAwait(false);
        var shown = listing with { Rules = [.. listing.Rules.Where(filter.Matches)] };
        if (format != OutputFormat.Table)
            JsonOutput.Write(context, PolicyDocument.Of(shown), DoorJson.Default.PolicyDocument, format);
        else
            context.Write(new PolicyListText(shown, sandbox, _inactive.HasValue(), context.Terminal.IsOutputTerminal).Text(_wide.HasValue()));
        return ExitCodes.Success;
    }
}
