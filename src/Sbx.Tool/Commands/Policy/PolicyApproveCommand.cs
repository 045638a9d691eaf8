using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy approve</c>: lets the policy file of a workspace allow what it says, as it is now.</summary>
internal sealed class PolicyApproveCommand : CliCommand
{
    private CommandArgument _path = null!;
    private CommandOption _revoke = null!;
    private CommandOption _force = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Directories : Candidates.None;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Approve a workspace's policy file (.sbx/policy.yaml): show its rules, ask, and let them allow what they say.\n" +
            "Until then they can only deny, and any change of the file needs it again.";
        _path = app.Word("[workspace]", "Directory of the workspace (default: the current one)");
        _revoke = app.Flag("--revoke", "Take the approval back");
        _force = app.Flag("-f|--force", "Do not ask");
        _json = app.Flag("--json", "Only report the file's state and rules, as JSON; nothing is approved");
        app.Examples(("sbx policy approve", "the current directory's"), ("sbx policy approve ~/my-project --revoke", "back to denials only"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var path = RealPath.Of(Path.GetFullPath(Path.Combine(context.Directory, _path.Value ?? ".")));
        if (_revoke.HasValue())
        {
            await context.Client.Policy.ApproveAsync(new WorkspaceApprovalRequest(path, null), cancellationToken).ConfigureAwait(false);
            context.WriteError($"✓ The policy of {Printable.Line(path)} is not approved any more: it can only deny\n");
            return ExitCodes.Success;
        }

        var policy = await context.Client.Policy.WorkspaceAsync(path, cancellationToken).ConfigureAwait(false);
        if (WantsJson)
        {
            JsonOutput.Write(context, WorkspaceDocument.Of(policy), DoorJson.Default.WorkspaceDocument);
            return ExitCodes.Success;
        }

        if (policy.Hash is not { } hash)
            throw new SbxException(ErrorCode.NotFound, $"the workspace {path} has no policy file", $"it would be {policy.File}; write one with: sbx policy export -o {policy.File}");
        if (policy.Problem is { } problem)
            throw new SbxException(ErrorCode.Usage, $"the policy file {policy.File} is not valid", problem);
        context.WriteError(WorkspaceRules(policy));
        if (policy.Approved)
        {
            context.WriteError("It is approved already.\n");
            return ExitCodes.Success;
        }

        if (!_force.HasValue())
            await Question.ConfirmAsync(context, "Approve these rules?", "--force", cancellationToken).ConfigureAwait(false);
        await context.Client.Policy.ApproveAsync(new WorkspaceApprovalRequest(policy.Workspace, hash), cancellationToken).ConfigureAwait(false);
        context.WriteError($"✓ Approved the policy of {Printable.Line(policy.Workspace)} as it is now\n");
        return ExitCodes.Success;
    }

    /// <summary>The rules as a difference to having none: what opens, then what closes.</summary>
    public static string WorkspaceRules(WorkspacePolicyInfo policy)
    {
        var lines = policy.Rules.OrderBy(r => r.Decision, StringComparer.Ordinal)
            .Select(r => $"  {(r.Decision == "allow" ? '+' : '-')} {r.Decision,-5} {RuleText.Of(r)}{(r.Note is { } note ? $"  # {note}" : "")}");
        return $"{Printable.Line(policy.File)}\n{string.Concat(lines.Select(l => Printable.Line(l) + "\n"))}";
    }
}
