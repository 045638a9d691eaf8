using Sbx.Policies.Documents;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Presets;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>All policy files as read, and the snapshot made of them. Not thread-safe; the store locks.</summary>
internal sealed class PolicyState
{
    private readonly PolicyFiles _files;
    private readonly WorkspaceApprovals _approvals;
    private readonly Dictionary<string, PolicyDocument> _sandboxes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sandboxProblems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<WorkspacePolicy>> _attached = new(StringComparer.Ordinal);
    private string? _problem;

    public PolicyState(PolicyFiles files, TimeProvider time)
    {
        _files = files;
        _approvals = new WorkspaceApprovals(files, time);
    }

    public PolicyDocument User { get; private set; } = new();

    public PolicyPreset Preset => User.Preset ?? PolicyPreset.Balanced;

    /// <summary>The preset in force for a sandbox: its own, else the user's.</summary>
    public PolicyPreset PresetOf(string? sandbox) => sandbox is null ? Preset : Sandbox(sandbox).Preset ?? Preset;

    /// <summary>Why the user's own files cannot be used; null when they can.</summary>
    public PolicyException? UserProblem { get; private set; }

    /// <summary>Reads every file. What cannot be read denies: the user's files for everybody, another one for its sandbox.</summary>
    public void Load()
    {
        (UserProblem, _problem) = (null, null);
        try
        {
            User = _files.Read(RuleScope.Global) ?? new PolicyDocument();
            _approvals.Load();
        }
        catch (PolicyException e)
        {
            (UserProblem, _problem) = (e, $"the policy cannot be read, so nothing is allowed: {e.Message.TrimEnd('.')}");
        }

        _sandboxes.Clear();
        _sandboxProblems.Clear();
        foreach (var scope in _files.SandboxScopes())
        {
            try
            {
                _sandboxes[scope.Name!] = _files.Read(scope)!;
            }
            catch (PolicyException e)
            {
                _sandboxProblems[scope.Name!] = $"the sandbox's policy cannot be read, so nothing is allowed: {e.Message.TrimEnd('.')}";
            }
        }

        foreach (var workspace in _attached.Values.SelectMany(w => w))
            Refresh(workspace);
    }

    public PolicyDocument Sandbox(string name) => _sandboxes.GetValueOrDefault(name) ?? new PolicyDocument();

    public void Attach(string sandbox, IEnumerable<string> workspaces)
    {
        var policies = workspaces.Select(w => new WorkspacePolicy(Path.GetFullPath(w))).ToList();
        foreach (var policy in policies)
            Refresh(policy);
        _attached[sandbox] = policies;
    }

    public void Detach(string sandbox) => _attached.Remove(sandbox);

    public IReadOnlyList<WorkspacePolicy> Workspaces(string? sandbox)
        => sandbox is not null && _attached.TryGetValue(sandbox, out var policies) ? policies : [];

    public WorkspacePolicyStatus Status(string workspace) => ReadWorkspace(Path.GetFullPath(workspace)).Status;

    public void Approve(string workspace, string hash)
    {
        workspace = Path.GetFullPath(workspace);
        var (status, text) = ReadWorkspace(workspace);
        if (text is null || status.Document is null)
            throw new PolicyException(status.Problem ?? $"The workspace {workspace} has no policy file.", null, PolicyErrorKind.NotFound);
        if (!string.Equals(status.Hash, hash, StringComparison.OrdinalIgnoreCase))
            throw new PolicyException($"The policy of {workspace} changed since it was shown.", "Look at it again and approve what it says now.", PolicyErrorKind.Conflict);
        _approvals.Approve(workspace, text);
    }

    public bool Revoke(string workspace) => _approvals.Revoke(Path.GetFullPath(workspace));

    public PolicySnapshot Build(long generation)
    {
        var names = _sandboxes.Keys.Concat(_sandboxProblems.Keys).Concat(_attached.Keys).Distinct(StringComparer.Ordinal);
        var sandboxes = names.ToDictionary(n => n, n => new CompiledPolicy(
            [.. GlobalRules(PresetOf(n)), .. SandboxRules(n), .. Workspaces(n).SelectMany(w => w.ActiveRules())],
            [.. Workspaces(n).SelectMany(w => w.Ceilings())],
            _problem ?? _sandboxProblems.GetValueOrDefault(n) ?? WorkspaceProblem(n)), StringComparer.Ordinal);
        return new PolicySnapshot(generation, new CompiledPolicy([.. GlobalRules(Preset)], [], _problem), sandboxes);
    }

    public PolicySet List(string? sandbox)
    {
        var preset = PresetOf(sandbox);
        var inactive = (sandbox is null ? User.Rules : [.. User.Rules, .. Sandbox(sandbox).Rules]).Where(r => !IsActive(r, preset))
            .Select(r => new InactiveRule(r, "the preset deny-all lets nothing a kit brings through without consent"))
            .Concat(Workspaces(sandbox).SelectMany(w => w.InactiveRules()));
        return new PolicySet
        {
            Preset = preset,
            IsInitialized = User.Preset is not null || (sandbox is not null && Sandbox(sandbox).Preset is not null),
            Rules = [.. GlobalRules(preset), .. sandbox is null ? [] : SandboxRules(sandbox), .. Workspaces(sandbox).SelectMany(w => w.ActiveRules())],
            Inactive = [.. inactive],
            Problem = _problem ?? (sandbox is null ? null : _sandboxProblems.GetValueOrDefault(sandbox) ?? WorkspaceProblem(sandbox)),
        };
    }

    public IReadOnlyList<string> SandboxNames() => [.. _sandboxes.Keys.Concat(_sandboxProblems.Keys)];

    /// <summary>Files whose change means a reload.</summary>
    public IEnumerable<string> WatchedFiles()
        => _attached.Values.SelectMany(w => w).Select(w => Path.Combine(w.Status.Workspace, ".sbx", "policy.yaml"))
            .Concat(_files.SandboxScopes().Select(_files.Of)).Append(_files.User).Append(_files.Approvals);

    private IEnumerable<Rule> GlobalRules(PolicyPreset preset) => PresetRules.Of(preset).Concat(User.Rules.Where(r => IsActive(r, preset)));

    private IEnumerable<Rule> SandboxRules(string name) => Sandbox(name).Rules.Where(r => IsActive(r, PresetOf(name)));

    private static bool IsActive(Rule rule, PolicyPreset preset)
        => preset != PolicyPreset.DenyAll || rule.Source != RuleSource.Kit || rule.Decision == RuleDecision.Deny || rule.Consented;

    private string? WorkspaceProblem(string sandbox)
        => Workspaces(sandbox).Select(w => w.Status.Problem).FirstOrDefault(p => p is not null) is { } problem
            ? $"the workspace's policy cannot be read, so nothing is allowed: {problem.TrimEnd('.')}"
            : null;

    private void Refresh(WorkspacePolicy policy)
    {
        var path = policy.Status.Workspace;
        PolicyDocument? approved = null;
        try
        {
            approved = _approvals.DocumentOf(path);
        }
        catch (PolicyException)
        {
            // A damaged copy approves nothing.
        }

        policy.Update(ReadWorkspace(path).Status, approved);
    }

    private (WorkspacePolicyStatus Status, string? Text) ReadWorkspace(string workspace)
    {
        var scope = RuleScope.Workspace(workspace);
        var file = _files.Of(scope);
        string? text = null;
        try
        {
            text = GuestWritableFile.Read(workspace, ".sbx", "policy.yaml");
            if (text is null)
                return (new WorkspacePolicyStatus(workspace, file, null, false, null, null), null);
            var hash = PolicyFiles.Hash(text);
            var document = PolicyDocumentReader.Read(file, text, scope);
            return (new WorkspacePolicyStatus(workspace, file, hash, _approvals.HashOf(workspace) == hash, document, null), text);
        }
        catch (PolicyException e)
        {
            return (new WorkspacePolicyStatus(workspace, file, text is null ? null : PolicyFiles.Hash(text), false, null, e.Message), text);
        }
    }
}
