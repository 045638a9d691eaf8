using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Sandboxes;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Presets;
using Sbx.Policies.Rules;
using Sbx.Policies.Store;

namespace Sbx.Daemon.Policies;

/// <summary>What the API offers of the policy. Thread-safe.</summary>
internal sealed class PolicyService(PolicyStore store, SandboxService sandboxes)
{
    public PolicyListing List(string? sandbox)
    {
        var record = sandbox is null ? null : sandboxes.Get(sandbox).Record;
        return PolicyText.Of(store.List(record?.Name), [.. (record?.Workspaces ?? []).Select(w => store.Workspace(w.Path))]);
    }

    public void Init(PolicyInitRequest request) => store.Init(PolicyPresets.Parse(request.Preset));

    public PolicyChange Add(PolicyAddRequest request) => Changed(store.Add(Scope(request.Sandbox), new RuleRequest
    {
        Decision = Decision(request.Decision),
        Resources = request.Resources,
        Protocol = request.Protocol,
        Method = request.Method,
        Path = request.Path,
        Note = request.Note,
    }));

    public PolicyChange Remove(PolicyRemoveRequest request)
    {
        if (request.Id is { } id)
            return Changed([store.Remove(request.Sandbox is null ? null : Scope(request.Sandbox), id)]);
        if (request.Resources.Count == 0)
            throw new SbxException(ErrorCode.Usage, "neither a rule's id nor a resource is given", "use --id ID or --resource HOST; sbx policy ls --wide shows them");
        return Changed(store.Remove(Scope(request.Sandbox), request.Resources, request.Method, request.Path));
    }

    public PolicyInspection Inspect(string id, string? sandbox) => PolicyText.Of(store.Inspect(sandbox is null ? null : sandboxes.Get(sandbox).Record.Name, id));

    public PolicyCheckResult Check(PolicyCheckRequest request)
    {
        var sandbox = request.Sandbox is null ? null : sandboxes.Get(request.Sandbox).Record.Name;
        var target = CheckTarget.Parse(request.Target);
        var protocol = request.Protocol switch
        {
            null or "tcp" => NetworkProtocol.Tcp,
            "udp" => NetworkProtocol.Udp,
            _ => throw new SbxException(ErrorCode.Usage, $"'{request.Protocol}' is not a protocol", "protocols: tcp, udp"),
        };
        var snapshot = store.Current;
        var query = new PolicyQuery(target.Host, target.Port, protocol) { Sandbox = sandbox };
        var decision = snapshot.Evaluate(query);
        string? method = null, path = null;
        // As the door does it: the connection first, then each request where rules look into HTTP.
        if (decision is { Allowed: true, RequiresInspection: true } && (request.Method is not null || target.Path is not null))
        {
            (method, path) = ((request.Method ?? "GET").ToUpperInvariant(), target.Path ?? "/");
            decision = snapshot.Evaluate(query with { Method = method, Path = path });
        }

        return new PolicyCheckResult
        {
            Target = $"{target.Host.UriForm}:{target.Port}",
            Allowed = decision.Allowed,
            Kind = decision.Kind == DecisionKind.Explicit ? "explicit" : "implicit",
            Reason = decision.Reason,
            Rule = decision.Rule is { } rule ? PolicyText.Of(rule) : null,
            Method = method,
            Path = path,
            HttpRules = [.. snapshot.HttpRulesFor(target.Host, target.Port, sandbox).Select(r => PolicyText.Of(r))],
        };
    }

    public Sbx.Api.Contracts.PolicyText Export(string? sandbox) => new(store.Export(Scope(sandbox)));

    public PolicyChange Import(PolicyImportRequest request) => Changed(store.Import(Scope(request.Sandbox), request.Name, request.Text, request.Replace));

    public void Reset() => store.Reset();

    public WorkspacePolicyInfo Workspace(string path) => PolicyText.Of(store.Workspace(path));

    public void Approve(WorkspaceApprovalRequest request)
    {
        if (request.Hash is { } hash)
            store.ApproveWorkspace(request.Workspace, hash);
        else if (!store.RevokeWorkspace(request.Workspace))
            throw new SbxException(ErrorCode.NotFound, $"the policy of {request.Workspace} is not approved", "sbx policy ls SANDBOX shows the state of a sandbox's workspaces");
    }

    private static RuleDecision Decision(string text) => text switch
    {
        "allow" => RuleDecision.Allow,
        "deny" => RuleDecision.Deny,
        _ => throw new SbxException(ErrorCode.Usage, $"'{text}' is not a decision", "decisions: allow, deny"),
    };

    private static PolicyChange Changed(IEnumerable<Rule> rules) => new([.. rules.Select(r => PolicyText.Of(r))]);

    // A rule for a sandbox that does not exist is a slip of the pen.
    private RuleScope Scope(string? sandbox) => sandbox is null ? RuleScope.Global : RuleScope.Sandbox(sandboxes.Get(sandbox).Record.Name);
}
