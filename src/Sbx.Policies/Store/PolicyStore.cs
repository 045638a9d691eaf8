using Sbx.Policies.Evaluation;
using Sbx.Policies.Patterns;
using Sbx.Policies.Presets;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>
/// The policy as files: <c>policy.yaml</c> of the user, <c>policies/NAME.yaml</c> per sandbox, <c>.sbx/policy.yaml</c> in workspaces. Every
/// change is written as a whole and in force when the call returns; files changed by hand are noticed within the watch interval.
/// While nothing was chosen the preset is <c>balanced</c>. A file that is not valid denies everything it would decide about.
/// Thread-safe; readers never wait.
/// </summary>
public sealed class PolicyStore : IPolicySource, IDisposable
{
    private readonly Lock _lock = new();
    private readonly PolicyFiles _files;
    private readonly PolicyState _state;
    private readonly FileWatch _watch;
    private readonly TimeProvider _time;
    private volatile PolicySnapshot _current;

    private PolicyStore(PolicyStoreOptions options)
    {
        _time = options.Time;
        _files = new PolicyFiles(options.ConfigDirectory);
        _state = new PolicyState(_files, options.Time);
        _state.Load();
        _current = _state.Build(1);
        _watch = new FileWatch(options.Time, options.WatchInterval, Reload);
        _watch.Remember(_state.WatchedFiles());
        _watch.Start();
    }

    /// <inheritdoc/>
    public event EventHandler? Changed;

    /// <inheritdoc/>
    public PolicySnapshot Current => _current;

    /// <summary>Number of the state in force; a later one is higher.</summary>
    public long Generation => _current.Generation;

    /// <summary>The active preset; <c>balanced</c> while none was chosen.</summary>
    public PolicyPreset ActivePreset => Locked(() => _state.Preset);

    /// <summary>Whether a preset was chosen.</summary>
    public bool IsInitialized => Locked(() => _state.User.Preset is not null);

    /// <summary>Opens the store. Files that are not valid are no reason to fail: they deny, see <see cref="PolicySet.Problem"/>.</summary>
    public static PolicyStore Open(PolicyStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new PolicyStore(options);
    }

    /// <summary>Chooses a preset; rules stay.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="scope">Global (the default), or a sandbox that has a preset of its own.</param>
    /// <exception cref="PolicyException">The file is not valid or cannot be written.</exception>
    public void Init(PolicyPreset preset, RuleScope? scope = null)
    {
        scope ??= RuleScope.Global;
        RefuseWorkspace(scope);
        Change(() => _files.Write(scope, Fresh(scope) with { Preset = preset }));
    }

    /// <summary>The preset in force for a sandbox: its own, else the user's.</summary>
    public PolicyPreset PresetOf(string sandbox) => Locked(() => _state.PresetOf(sandbox));

    /// <summary>Adds rules, one per resource; all of them or none.</summary>
    /// <returns>The rules.</returns>
    /// <exception cref="PolicyException">Something is not valid, exists already, or contradicts a rule of the same scope.</exception>
    public IReadOnlyList<Rule> Add(RuleScope scope, RuleRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        RefuseWorkspace(scope);
        var rules = request.ToRules(scope, _time.GetUtcNow());
        Change(() =>
        {
            var document = Fresh(scope);
            foreach (var rule in rules)
                RuleConflicts.Check(document.Rules, rule);
            _files.Write(scope, document with { Rules = [.. document.Rules, .. rules] });
        });
        return rules;
    }

    /// <summary>Removes a rule by its id.</summary>
    /// <param name="scope">Scope to look in; null looks in the global one, then in every sandbox's.</param>
    /// <param name="id">Id.</param>
    /// <returns>The removed rule.</returns>
    /// <exception cref="PolicyException">There is none, or it belongs to a preset.</exception>
    public Rule Remove(RuleScope? scope, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        Rule? removed = null;
        Change(() =>
        {
            foreach (var candidate in scope is null ? AllScopes() : [scope])
            {
                RefuseWorkspace(candidate);
                var document = Fresh(candidate);
                removed = document.Rules.FirstOrDefault(r => r.Id == id);
                if (removed is null)
                    continue;
                _files.Write(candidate, document with { Rules = [.. document.Rules.Where(r => r.Id != id)] });
                return;
            }

            throw RuleConflicts.NotFound(_state.List(null), id);
        });
        return removed!;
    }

    /// <summary>Removes what rules of a scope say about a resource; a rule with other resources keeps those.</summary>
    /// <param name="scope">Scope.</param>
    /// <param name="resources">Host patterns; each may be a comma-separated list.</param>
    /// <param name="method">Only rules with these methods; null only rules without.</param>
    /// <param name="path">Only rules with this path.</param>
    /// <returns>The rules that were removed or shortened, as they were.</returns>
    /// <exception cref="PolicyException">One of the resources has no such rule.</exception>
    public IReadOnlyList<Rule> Remove(RuleScope scope, IReadOnlyList<string> resources, string? method, string? path)
    {
        ArgumentNullException.ThrowIfNull(resources);
        RefuseWorkspace(scope);
        var patterns = resources.SelectMany(HostPattern.ParseList).Distinct().ToList();
        IReadOnlyList<Rule> removed = [];
        Change(() =>
        {
            var document = Fresh(scope);
            (var kept, removed) = RuleConflicts.Without(document.Rules, patterns, method, path, scope);
            _files.Write(scope, document with { Rules = kept });
        });
        return removed;
    }

    /// <summary>The rules that apply to a sandbox, or to everybody.</summary>
    /// <param name="sandbox">Sandbox; null for the global rules alone.</param>
    public PolicySet List(string? sandbox) => Locked(() => _state.List(sandbox));

    /// <summary>All about one rule.</summary>
    /// <param name="sandbox">Sandbox whose rules to look in; null looks in the global ones, then in every sandbox's.</param>
    /// <param name="id">Id.</param>
    /// <exception cref="PolicyException">There is none.</exception>
    public RuleInspection Inspect(string? sandbox, string id) => Locked(() =>
    {
        var sets = sandbox is not null ? [_state.List(sandbox)] : (IEnumerable<PolicySet>)[_state.List(null), .. _state.SandboxNames().Select(_state.List)];
        foreach (var set in sets)
        {
            var inactive = set.Inactive.FirstOrDefault(i => i.Rule.Id == id);
            if (inactive?.Rule is { } hidden)
                return RuleConflicts.Inspect(hidden, _files, inactive.Reason);
            if (set.Rules.FirstOrDefault(r => r.Id == id) is { } rule)
                return RuleConflicts.Inspect(rule, _files, null);
        }

        throw RuleConflicts.NotFound(_state.List(null), id);
    });

    /// <summary>A scope's rules as the text of a policy file.</summary>
    /// <exception cref="PolicyException">The file is not valid.</exception>
    public string Export(RuleScope scope) => Locked(() => PolicyDocumentWriter.Write(Fresh(scope)));

    /// <summary>Takes rules from the text of a policy file; all of them or none.</summary>
    /// <param name="scope">Global or a sandbox.</param>
    /// <param name="name">Name of the text, for messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="replace">Whether present rules (and the preset, where the text has one) are replaced, not added to.</param>
    /// <returns>The rules that are new.</returns>
    /// <exception cref="PolicyException">The text is not valid (names line and column), or contradicts present rules.</exception>
    public IReadOnlyList<Rule> Import(RuleScope scope, string name, string text, bool replace)
    {
        RefuseWorkspace(scope);
        var imported = PolicyDocumentReader.Read(name, text, scope);
        IReadOnlyList<Rule> added = imported.Rules;
        Change(() =>
        {
            var present = replace ? new PolicyDocument { Preset = Fresh(scope).Preset } : Fresh(scope);
            added = [.. imported.Rules.Where(r => !present.Rules.Any(p => RuleConflicts.IsSame(p, r)))];
            foreach (var rule in added)
                RuleConflicts.Check(present.Rules, rule);
            _files.Write(scope, present with { Preset = imported.Preset ?? present.Preset, Rules = [.. present.Rules, .. added] });
        });
        return added;
    }

    /// <summary>Deletes all rules, the preset and the approvals of workspaces; also when files are not valid.</summary>
    public void Reset() => Change(() => _files.DeleteAll());

    /// <summary>Deletes a sandbox's own rules, for when the sandbox is removed.</summary>
    public void RemoveSandbox(string sandbox) => Change(() =>
    {
        _files.Delete(RuleScope.Sandbox(sandbox));
        _state.Detach(sandbox);
    });

    /// <summary>Puts the policies of a sandbox's workspaces in force for it; call when it is created or started.</summary>
    /// <param name="sandbox">Sandbox.</param>
    /// <param name="workspaces">Absolute paths of its workspaces.</param>
    /// <returns>State of each workspace's policy, so that an unapproved one can be shown.</returns>
    public IReadOnlyList<WorkspacePolicyStatus> Attach(string sandbox, IReadOnlyList<string> workspaces)
    {
        RuleScope.Sandbox(sandbox);
        Change(() => _state.Attach(sandbox, workspaces));
        return Locked(() => (IReadOnlyList<WorkspacePolicyStatus>)[.. _state.Workspaces(sandbox).Select(w => w.Status)]);
    }

    /// <summary>Forgets a sandbox's workspaces; call when it stopped.</summary>
    public void Detach(string sandbox) => Change(() => _state.Detach(sandbox));

    /// <summary>State of a workspace's policy.</summary>
    public WorkspacePolicyStatus Workspace(string path) => Locked(() => _state.Status(path));

    /// <summary>Approves a workspace's policy: its allow rules take effect until its text changes.</summary>
    /// <param name="path">Workspace.</param>
    /// <param name="hash">Hash of the text the user saw; see <see cref="WorkspacePolicyStatus.Hash"/>.</param>
    /// <exception cref="PolicyException">There is no valid file, or it changed since.</exception>
    public void ApproveWorkspace(string path, string hash) => Change(() => _state.Approve(path, hash));

    /// <summary>Takes an approval back.</summary>
    /// <returns>Whether there was one.</returns>
    public bool RevokeWorkspace(string path)
    {
        var had = false;
        Change(() => had = _state.Revoke(path));
        return had;
    }

    /// <summary>Reads all files again.</summary>
    public void Reload() => Change(static () => { });

    /// <summary>Stops looking at files.</summary>
    public void Dispose() => _watch.Dispose();

    private static void RefuseWorkspace(RuleScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (scope.Kind == RuleScopeKind.Workspace)
            throw new PolicyException("Rules of a workspace are not changed by commands.", $"Edit {Path.Combine(scope.Name!, ".sbx", "policy.yaml")}.", PolicyErrorKind.Denied);
    }

    private PolicyDocument Fresh(RuleScope scope) => _files.Read(scope) ?? new PolicyDocument();

    private IEnumerable<RuleScope> AllScopes() => [RuleScope.Global, .. _state.SandboxNames().Select(RuleScope.Sandbox)];

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            try
            {
                change();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PolicyException($"The policy cannot be written: {e.Message}", "Check the directory's owner, mode and free space.", PolicyErrorKind.Storage, inner: e);
            }

            _state.Load();
            _current = _state.Build(_current.Generation + 1);
            _watch.Remember(_state.WatchedFiles());
        }

        Changed?.Invoke(this, EventArgs.Empty);
    }
}
