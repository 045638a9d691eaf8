using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Protocol.Messages;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;
using Sbx.Tool.Sessions;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx run</c>: creates a sandbox if needed, and runs its agent here.</summary>
internal sealed class RunCommand : CliCommand
{
    private CommandLineApplication _app = null!;
    private CommandArgument _words = null!;
    private CommandOption _remove = null!;
    private CommandOption _detach = null!;
    private CommandOption _json = null!;
    private SandboxOptions _options = null!;

    public override bool WantsJson => _json.HasValue();

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Agents | Candidates.Sandboxes : Candidates.Directories;

    public override void Configure(CommandLineApplication app)
    {
        _app = app;
        app.Description = "Run an agent in a sandbox: create it if there is none yet for the workspace, else enter it again.";
        _words = app.Word(
            "<agent> [workspace...] | <sandbox> [-- args...]",
            "Agent and directories (default: the current one; PATH:ro is read-only), or a sandbox.\nBehind --: for shell the command line, for other agents arguments added to theirs.", many: true);
        _remove = app.Flag("--rm", "Remove the sandbox when the session ends");
        _detach = app.Flag("-d|--detach", "Start the agent, print the sandbox's name, and leave");
        _options = new SandboxOptions(app);
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(
            ("sbx run shell", "a shell, with the current directory as workspace"),
            ("sbx run shell ~/my-project ~/library:ro", "two directories, the second one read-only"),
            ("sbx run shell . -- bash -lc 'make test'", "one command instead of a shell; its exit code is sbx's"),
            ("sbx run shell-my-project", "enter an existing sandbox from anywhere"),
            ("sbx run --rm shell /tmp/try --create-workspace", "a sandbox that is gone afterwards"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var name = _options.Name;
        var first = _words.Values.FirstOrDefault();
        if (first is null && name is null)
            throw new SbxException(ErrorCode.Usage, "run what? Give an agent or a sandbox", "for example: sbx run shell");
        if (_remove.HasValue() && _detach.HasValue())
            throw new SbxException(ErrorCode.Usage, "--rm and --detach contradict each other", "remove it later: sbx rm NAME");
        var request = await _options.Policy.ApplyAsync(_options.Request(context, "", []) with { Name = name }, context, cancellationToken).ConfigureAwait(false);
        var target = await new RunTargetResolver(context, _options.WorkspaceRules)
            .ResolveAsync(first, [.. _words.Values.Skip(1)!], name, cancellationToken).ConfigureAwait(false);

        var sandbox = target.Existing is { } existing
            ? await EnterAsync(context, existing, cancellationToken).ConfigureAwait(false)
            : await new Creation(context, _options.Quiet)
                .CreateAsync(request with { Agent = target.Agent.Name, Workspaces = target.Workspaces }, cancellationToken).ConfigureAwait(false);
        // Variables of a new sandbox are kept with it; for an existing one they are this session's.
        var environment = target.Existing is null ? new Dictionary<string, string>() : request.Environment;
        var command = AgentArguments.Merge(target.Agent.Name, target.Agent.Command, [.. _app.RemainingArguments]);
        return await RunAgentAsync(context, sandbox, command, environment, separated: target.Existing is null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SandboxInfo> EnterAsync(CliContext context, SandboxInfo sandbox, CancellationToken cancellationToken)
    {
        if (_options.CreationOnly.FirstOrDefault() is { } option)
            throw new SbxException(
                ErrorCode.Usage, $"{option} counts only when a sandbox is created, and '{sandbox.Name}' exists", $"remove it first (sbx rm {sandbox.Name}), or choose another --name");
        if (_options.Policy.Given is { } policy)
            throw SandboxPolicyOptions.TooLate(policy, sandbox.Name);
        if (sandbox.Status == SandboxStatus.Running)
            return sandbox;
        using var status = new StatusLine(context, _options.Quiet);
        return await context.Client.StartAsync(sandbox.Name, status, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> RunAgentAsync(
        CliContext context, SandboxInfo sandbox, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, bool separated,
        CancellationToken cancellationToken)
    {
        try
        {
            if (!_options.Quiet)
                context.WriteError((separated ? "\n" : "") + Banner.Starting(sandbox));
            var terminal = !_detach.HasValue() && context.Terminal is { IsInputTerminal: true, IsOutputTerminal: true };
            var request = SessionRequests.Make(context, command, environment, terminal, stdin: !_detach.HasValue()) with
            {
                WorkingDirectory = DirectoryOf(sandbox),
                SurviveDisconnect = _detach.HasValue(),
            };
            if (!_detach.HasValue())
                return await AttachAsync(context, sandbox.Name, request, cancellationToken).ConfigureAwait(false);
            await context.Client.StartAgentAsync(sandbox.Name, request, cancellationToken).ConfigureAwait(false);
            context.Write(sandbox.Name + "\n");
            return ExitCodes.Success;
        }
        finally
        {
            if (_remove.HasValue())
                await context.Client.RemoveAsync(sandbox.Name, force: true, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // From here on an exit code is the agent's own, so that ours is told apart as exec does it.
    private async Task<int> AttachAsync(CliContext context, string sandbox, ExecRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await new AttachedSession(context, WantsJson).RunAsync(sandbox, request, cancellationToken).ConfigureAwait(false);
        }
        catch (SbxException e)
        {
            ErrorOutput.Write(context, e, ExitCodes.Ours, WantsJson, context.Options.Debug ? e : null);
            return ExitCodes.Ours;
        }
    }

    // A workspace that is a single file cannot be entered; its directory can.
    private static string? DirectoryOf(SandboxInfo sandbox) =>
        sandbox.Workspaces.Count > 0 && File.Exists(sandbox.Workspaces[0].Path) ? Path.GetDirectoryName(sandbox.Workspaces[0].Path) : null;
}
