using McMaster.Extensions.CommandLineUtils;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx ls</c>: lists sandboxes.</summary>
internal sealed class ListCommand : CliCommand
{
    private FormatOptions _format = null!;
    private CommandOption _quiet = null!;

    public override bool WantsJson => _format.IsJson;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "List sandboxes.";
        _format = new FormatOptions(app);
        _quiet = app.Flag("-q|--quiet", "Names only");
        app.Examples(("sbx ls --json | jq -r '.sandboxes[] | select(.status == \"running\").name'", "names of those that run"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        var sandboxes = (await context.Client.ListAsync(cancellationToken).ConfigureAwait(false)).Sandboxes;
        if (_quiet.HasValue())
        {
            context.Write(string.Concat(sandboxes.Select(s => s.Name + "\n")));
        }
        else if (format != OutputFormat.Table)
        {
            JsonOutput.Write(context, new SandboxListDocument([.. sandboxes.Select(SandboxDocument.Of)]), ToolJson.Default.SandboxListDocument, format);
        }
        else if (sandboxes.Count == 0)
        {
            context.WriteError("No sandboxes yet. Make one: sbx run shell\n");
        }
        else
        {
            var table = new TextTable("SANDBOX", "AGENT", "STATUS", "WORKSPACE");
            foreach (var s in sandboxes)
                table.Add(s.Name, s.Agent, s.Status.ToString().ToLowerInvariant(), string.Join(", ", s.Workspaces.Select(WorkspaceText.Of)));
            context.Write(table.ToText(bold: context.Terminal.IsOutputTerminal));
        }

        return ExitCodes.Success;
    }
}
