using Sbx.Policies.Evaluation;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>State of a workspace's policy file.</summary>
/// <param name="Workspace">Absolute path of the workspace.</param>
/// <param name="File">The file.</param>
/// <param name="Hash">SHA-256 of its text in lower-case hexadecimal; null when there is no file.</param>
/// <param name="IsApproved">Whether the user approved this very text.</param>
/// <param name="Document">What it says; null when there is no file or it is not valid.</param>
/// <param name="Problem">Why it is not valid; null when it is.</param>
public sealed record WorkspacePolicyStatus(string Workspace, string File, string? Hash, bool IsApproved, PolicyDocument? Document, string? Problem);

/// <summary>
/// What a workspace's policy adds to a sandbox. Its denies and its ceiling always hold, its allows only once the user approved the
/// very text. The guest can write the file: what an earlier text denied goes on being denied until the user approves a new one.
/// </summary>
internal sealed class WorkspacePolicy
{
    private readonly Dictionary<string, PolicyDocument> _seen = new(StringComparer.Ordinal);
    private PolicyDocument? _approved;

    public WorkspacePolicy(string path) => Status = new WorkspacePolicyStatus(path, "", null, false, null, null);

    public WorkspacePolicyStatus Status { get; private set; }

    /// <summary>Takes the file's present state. <paramref name="approved"/> is the approved text of the workspace, if any.</summary>
    public void Update(WorkspacePolicyStatus status, PolicyDocument? approved)
    {
        Status = status;
        _approved = approved;
        if (status.IsApproved)
            _seen.Clear();
        else if (status is { Hash: { } hash, Document: { } document })
            _seen.TryAdd(hash, document);
    }

    public IEnumerable<Rule> ActiveRules()
    {
        if (Status is { IsApproved: true, Document: { } document })
            return document.Rules;
        return Narrowing().SelectMany(d => d.Rules.Where(r => r.Decision == RuleDecision.Deny)).DistinctBy(r => r.Id);
    }

    public IEnumerable<InactiveRule> InactiveRules()
        => Status is { IsApproved: false, Document: { Only: false } document }
            ? document.Rules.Where(r => r.Decision == RuleDecision.Allow).Select(r => new InactiveRule(r, "the workspace's policy is not approved; see: sbx policy approve"))
            : [];

    public IEnumerable<Ceiling> Ceilings()
        => Narrowing().Where(d => d.Only).Select(d => new Ceiling(Status.Workspace, d.Rules.Where(r => r.Decision == RuleDecision.Allow)));

    private IEnumerable<PolicyDocument> Narrowing()
    {
        if (Status is { IsApproved: true, Document: { } document })
            return [document];
        return _approved is null ? _seen.Values : _seen.Values.Prepend(_approved);
    }
}
