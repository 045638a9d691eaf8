using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy inspect</c>: all about one rule, and how it is removed.</summary>
internal sealed class PolicyInspectCommand : CliCommand
{
    private CommandArgument _id = null!;
    private ScopeOptions _scope = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Show all about a rule: where it stands, and the command that removes it.";
        _id = app.Word("<id>", "Id of the rule");
        _scope = new ScopeOptions(app, "Sandbox whose rule it is, where an id is there twice");
        _format = new FormatOptions(app);
        app.Examples(("sbx policy inspect 6f9c2a1e --json", "for scripts"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        if (_id.Value is not { } id)
            throw new SbxException(ErrorCode.Usage, "inspect which rule? Give its id", "ids: sbx policy ls");
        var inspection = await context.Client.Policy.InspectAsync(id, _scope.Sandbox(), cancellationToken).ConfigureAwait(false);
        if (format == OutputFormat.Table)
            context.Write(RuleText.Inspection(inspection));
        else
            JsonOutput.Write(context, InspectionDocument.Of(inspection), DoorJson.Default.InspectionDocument, format);
        return ExitCodes.Success;
    }
}
