using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx rm</c>: removes sandboxes with their disks.</summary>
internal sealed class RemoveCommand : CliCommand
{
    private CommandArgument _sandboxes = null!;
    private CommandOption _all = null!;
    private CommandOption _force = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override Candidates CandidatesAt(int position) => Candidates.Sandboxes;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Remove sandboxes with all that is on their disks. Workspaces on the host stay as they are.";
        _sandboxes = app.Word("[sandbox...]", "Sandboxes", many: true);
        _all = app.Flag("--all", "All sandboxes");
        _force = app.Flag("-f|--force", "Do not ask; also when sessions are attached");
        _format = new FormatOptions(app);
        app.Examples(("sbx rm shell-my-project", "asks first"), ("sbx rm --all --force", "does not"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        if (_all.HasValue() == (_sandboxes.Values.Count > 0))
            throw new SbxException(ErrorCode.Usage, "remove which sandboxes? Give names, or --all", "names: sbx ls");
        var names = _sandboxes.Values.Select(n => SandboxName.Check(n!)).ToList();
        if (_all.HasValue())
            names = [.. (await context.Client.ListAsync(cancellationToken).ConfigureAwait(false)).Sandboxes.Select(s => s.Name)];
        if (names.Count > 0 && !_force.HasValue())
        {
            var what = names.Count == 1 ? $"sandbox '{names[0]}'" : $"{names.Count} sandboxes ({string.Join(", ", names)})";
            await Question.ConfirmAsync(context, $"Remove {what} with all that is on the disk?", "--force", cancellationToken).ConfigureAwait(false);
        }

        var removed = new List<string>();
        await EachSandbox.DoAsync(context, names, async name =>
        {
            await context.Client.RemoveAsync(name, _force.HasValue(), cancellationToken).ConfigureAwait(false);
            removed.Add(name);
            context.WriteError($"✓ Removed sandbox '{name}'\n");
        }).ConfigureAwait(false);
        if (format != OutputFormat.Table)
            JsonOutput.Write(context, new RemovedDocument(removed), ToolJson.Default.RemovedDocument, format);
        return ExitCodes.Success;
    }
}
