using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Sessions;

/// <summary>What <c>run</c> is about: an existing sandbox, or the agent and workspaces of a new one.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Existing">The sandbox to enter; null when one is to be created.</param>
/// <param name="Workspaces">Workspaces of the new sandbox.</param>
internal sealed record RunTarget(AgentInfo Agent, SandboxInfo? Existing, IReadOnlyList<Workspace> Workspaces);

/// <summary>
/// Finds what <c>run</c> is about. The first word is an agent, or else a sandbox; <c>--name</c> names a sandbox, to enter
/// when it exists and to create when an agent is given too.
/// </summary>
internal sealed class RunTargetResolver(CliContext context, WorkspaceRules rules)
{
    /// <summary>Finds it.</summary>
    /// <param name="first">First word, or null.</param>
    /// <param name="paths">Further words: workspaces.</param>
    /// <param name="name">Value of <c>--name</c>, or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SbxException">There is no such agent or sandbox, or the words contradict it.</exception>
    public async Task<RunTarget> ResolveAsync(string? first, IReadOnlyList<string> paths, string? name, CancellationToken cancellationToken)
    {
        var agents = await context.Client.ListAgentsAsync(cancellationToken).ConfigureAwait(false);
        var sandboxes = (await context.Client.ListAsync(cancellationToken).ConfigureAwait(false)).Sandboxes;
        var agent = agents.FirstOrDefault(a => a.Name == first);
        if (name is not null)
            return await NamedAsync(name, first, agent, paths, agents, sandboxes, cancellationToken).ConfigureAwait(false);
        if (agent is null)
        {
            var sandbox = sandboxes.FirstOrDefault(s => s.Name == first)
                ?? throw new SbxException(
                    ErrorCode.NotFound, $"there is no agent and no sandbox named '{first}'",
                    $"agents: {string.Join(", ", agents.Select(a => a.Name))}; sandboxes: sbx ls");
            if (paths.Count > 0)
                throw new SbxException(ErrorCode.Usage, $"'{first}' is a sandbox, whose workspaces cannot change", $"enter it: sbx run {first}");
            return Enter(sandbox, agents);
        }

        var workspaces = await WorkspacesAsync(paths, cancellationToken).ConfigureAwait(false);
        return ForWorkspace(sandboxes, agent.Name, workspaces) is { } existing
            ? Checked(existing, agent, workspaces, paths.Count > 0)
            : new RunTarget(agent, null, workspaces);
    }

    /// <summary>The sandbox of an agent for a primary workspace: the one with the default name, else the one used last.</summary>
    public static SandboxInfo? ForWorkspace(IReadOnlyList<SandboxInfo> sandboxes, string agent, IReadOnlyList<Workspace> workspaces)
    {
        if (workspaces.Count == 0)
            return null;
        var name = SandboxName.Default(agent, workspaces[0].Path);
        return sandboxes
            .Where(s => s.Agent == agent && s.Workspaces.Count > 0 && s.Workspaces[0].Path == workspaces[0].Path)
            .OrderByDescending(s => s.Name == name).ThenByDescending(s => s.LastUsedAt ?? s.CreatedAt).FirstOrDefault();
    }

    private async Task<RunTarget> NamedAsync(
        string name, string? first, AgentInfo? agent, IReadOnlyList<string> paths, IReadOnlyList<AgentInfo> agents,
        IReadOnlyList<SandboxInfo> sandboxes, CancellationToken cancellationToken)
    {
        if (first is not null && agent is null)
            throw new SbxException(ErrorCode.NotFound, $"there is no agent named '{first}'", $"agents: {string.Join(", ", agents.Select(a => a.Name))}");
        var existing = sandboxes.FirstOrDefault(s => s.Name == name);
        if (existing is null)
        {
            return agent is null
                ? throw new SbxException(ErrorCode.NotFound, $"sandbox '{name}' not found", $"see: sbx ls; or create it: sbx run --name {name} <agent>")
                : new RunTarget(agent, null, await WorkspacesAsync(paths, cancellationToken).ConfigureAwait(false));
        }

        if (agent is not null && agent.Name != existing.Agent)
            throw new SbxException(
                ErrorCode.Conflict, $"sandbox '{name}' is of agent {existing.Agent}, not {agent.Name}", $"enter it: sbx run {name}; or choose another --name");
        return paths.Count == 0
            ? Enter(existing, agents)
            : Checked(existing, agent!, await WorkspacesAsync(paths, cancellationToken).ConfigureAwait(false), given: true);
    }

    private async Task<IReadOnlyList<Workspace>> WorkspacesAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> given = paths.Count > 0 ? paths : [context.Directory];
        return await new WorkspaceResolver(context, rules).ResolveAsync([.. given.Select(WorkspaceArgument.Parse)], cancellationToken).ConfigureAwait(false);
    }

    private static RunTarget Enter(SandboxInfo sandbox, IReadOnlyList<AgentInfo> agents) =>
        new(
            agents.FirstOrDefault(a => a.Name == sandbox.Agent)
            ?? throw new SbxException(
                ErrorCode.NotFound, $"the agent '{sandbox.Agent}' of sandbox '{sandbox.Name}' is not known", $"run a command in it: sbx exec -it {sandbox.Name} bash"),
            sandbox, sandbox.Workspaces);

    private static RunTarget Checked(SandboxInfo existing, AgentInfo agent, IReadOnlyList<Workspace> workspaces, bool given)
    {
        var same = existing.Workspaces.Count == workspaces.Count && existing.Workspaces.ToHashSet().SetEquals(workspaces);
        if (given && !same && (workspaces.Count > 1 || existing.Workspaces.Count == 0 || existing.Workspaces[0] != workspaces[0]))
            throw new SbxException(
                ErrorCode.Conflict, $"sandbox '{existing.Name}' exists with other workspaces: {string.Join(", ", existing.Workspaces.Select(Output.WorkspaceText.Of))}",
                $"enter it: sbx run {existing.Name}; or make another one with --name NAME");
        return new RunTarget(agent, existing, existing.Workspaces);
    }
}
