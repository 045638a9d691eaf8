using Sbx.Api.Contracts;

namespace Sbx.Tool.Output.Door;

/// <summary>A rule in JSON. <c>layer</c> is "L7" for one that looks into HTTP; <c>actions</c> are such as "net:connect:tcp".</summary>
internal sealed record RuleDocument(
    string Id, string Scope, string AppliesTo, string ResourceType, string Decision, IReadOnlyList<string> Resources, IReadOnlyList<string> Protocols,
    IReadOnlyList<string> Methods, string? Path, string Origin, string Layer, string Status, string? InactiveReason, bool Editable, string? Note,
    ProvenanceDocument Provenance, IReadOnlyList<string> Actions)
{
    /// <summary>The document of a rule.</summary>
    public static RuleDocument Of(PolicyRuleInfo r) => new(
        r.Id, RuleText.Scope(r), r.AppliesTo, "network", r.Decision, r.Resources, r.Protocols, r.Methods, r.Path, r.Source, RuleText.Layer(r), r.Status,
        r.InactiveReason, r.Editable, r.Note, new ProvenanceDocument(r.CreatedVia, r.CreatedAt), [.. r.Protocols.Select(p => "net:connect:" + p)]);
}

/// <summary>How a rule came to be.</summary>
internal sealed record ProvenanceDocument(string CreatedVia, DateTimeOffset? CreatedAt);

/// <summary>What <c>policy ls --json</c> prints.</summary>
internal sealed record PolicyDocument(
    string Preset, string? PresetVersion, bool Initialized, string? Problem, IReadOnlyList<RuleDocument> Rules, IReadOnlyList<WorkspaceDocument> Workspaces)
{
    /// <summary>The document of a listing.</summary>
    public static PolicyDocument Of(PolicyListing l) =>
        new(l.Preset, l.PresetVersion, l.Initialized, l.Problem, [.. l.Rules.Select(RuleDocument.Of)], [.. l.Workspaces.Select(WorkspaceDocument.Of)]);
}

/// <summary>A workspace's policy file; <c>approve_command</c> stands there while it needs one.</summary>
internal sealed record WorkspaceDocument(
    string Workspace, string File, string? Hash, bool Approved, string? Problem, string? ApproveCommand, IReadOnlyList<RuleDocument> Rules)
{
    /// <summary>The document of a workspace's policy.</summary>
    public static WorkspaceDocument Of(WorkspacePolicyInfo w) => new(
        w.Workspace, w.File, w.Hash, w.Approved, w.Problem,
        w is { Hash: not null, Approved: false, Problem: null } ? PolicyListText.ApproveCommand(w) : null, [.. w.Rules.Select(RuleDocument.Of)]);
}

/// <summary>What <c>policy inspect --json</c> prints.</summary>
internal sealed record InspectionDocument(RuleDocument Rule, string? File, string? RemoveCommand, string? ReadOnlyReason)
{
    /// <summary>The document of an inspection.</summary>
    public static InspectionDocument Of(PolicyInspection i) => new(RuleDocument.Of(i.Rule), i.File, i.RemoveCommand, i.ReadOnlyReason);
}

/// <summary>What commands that add or remove rules print under <c>--json</c>.</summary>
internal sealed record ChangeDocument(IReadOnlyList<RuleDocument> Rules);

/// <summary>What <c>policy check --json</c> prints; <c>deny_kind</c> is "explicit" or "implicit" and is there on denial only.</summary>
internal sealed record CheckDocument(
    string Target, bool Allowed, string Action, string Context, string? DenyKind, string Reason, string? Origin, RuleDocument? Rule, string ResourceType,
    string ResourceValue, string? Method, string? Path, IReadOnlyList<RuleDocument> HttpRules)
{
    /// <summary>The document of an answer.</summary>
    public static CheckDocument Of(PolicyCheckResult r, PolicyCheckRequest asked) => new(
        r.Target, r.Allowed, "net:connect:" + (asked.Protocol ?? "tcp"), asked.Sandbox is { } sandbox ? "sandbox:" + sandbox : "global",
        r.Allowed ? null : r.Kind, r.Reason, r.Rule?.Source, r.Rule is { } rule ? RuleDocument.Of(rule) : null, "network", asked.Target, r.Method, r.Path,
        [.. r.HttpRules.Select(RuleDocument.Of)]);
}
