using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;
using Sbx.Tool.Sessions;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx create</c>: creates a sandbox without entering it.</summary>
internal sealed class CreateCommand : CliCommand
{
    private CommandArgument _agent = null!;
    private CommandArgument _paths = null!;
    private CommandOption _json = null!;
    private SandboxOptions _options = null!;

    public override bool WantsJson => _json.HasValue();

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Agents : Candidates.Directories;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Create a sandbox and start it, without entering it.";
        _agent = app.Word("<agent>", "Agent, for example shell");
        _paths = app.Word("[workspace...]", "Directories, PATH:ro for read-only (default: none; the sandbox sees no file of yours)", many: true);
        _options = new SandboxOptions(app);
        _json = app.Flag("--json", "Print the new sandbox, or the failure, as JSON");
        app.Examples(
            ("sbx create shell", "a sandbox without any of your files; its name is printed"),
            ("sbx create --name ci --memory 4g --cpus 2 shell .", "with a name and a size"),
            ("sbx create --policy deny-all --allow api.anthropic.com shell .", "that reaches one host and no other"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (_agent.Value is not { } agent)
            throw new SbxException(ErrorCode.Usage, "which agent? None was given", "for example: sbx create shell");
        var request = await _options.Policy.ApplyAsync(_options.Request(context, agent, []) with { Name = _options.Name }, context, cancellationToken).ConfigureAwait(false);
        var workspaces = await new WorkspaceResolver(context, _options.WorkspaceRules)
            .ResolveAsync([.. _paths.Values.Select(p => WorkspaceArgument.Parse(p!))], cancellationToken).ConfigureAwait(false);
        if (request.Name is null && workspaces.Count > 0)
        {
            var list = await context.Client.ListAsync(cancellationToken).ConfigureAwait(false);
            if (RunTargetResolver.ForWorkspace(list.Sandboxes, agent, workspaces) is { } existing)
                throw new SbxException(
                    ErrorCode.Conflict, $"sandbox '{existing.Name}' exists already for {workspaces[0].Path}", $"enter it: sbx run {existing.Name}; or make another one with --name NAME");
        }

        var sandbox = await new Creation(context, _options.Quiet).CreateAsync(request with { Workspaces = workspaces }, cancellationToken).ConfigureAwait(false);
        if (!_options.Quiet)
            context.WriteError($"\nTo enter it: sbx run {sandbox.Name}\n");
        if (WantsJson)
            JsonOutput.Write(context, SandboxDocument.Of(sandbox), ToolJson.Default.SandboxDocument);
        else if (_options.Quiet || !context.Terminal.IsOutputTerminal)
            context.Write(sandbox.Name + "\n");
        return ExitCodes.Success;
    }
}
