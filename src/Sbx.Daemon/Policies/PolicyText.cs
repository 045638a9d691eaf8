using Sbx.Api.Contracts;
using Sbx.Policies.Presets;
using Sbx.Policies.Rules;
using Sbx.Policies.Store;

namespace Sbx.Daemon.Policies;

/// <summary>Rules as they cross the API.</summary>
internal static class PolicyText
{
    public static PolicyRuleInfo Of(Rule rule, string? inactive = null) => new()
    {
        Id = rule.Id,
        Decision = rule.Decision == RuleDecision.Allow ? "allow" : "deny",
        Resources = [.. rule.Resources.Select(r => r.Text)],
        Protocols = Protocols(rule.Protocols),
        Methods = rule.Methods,
        Path = rule.Path?.Text,
        AppliesTo = rule.Scope.ToString(),
        Source = rule.Scope.Kind == RuleScopeKind.Workspace ? "workspace" : rule.Source switch
        {
            RuleSource.Preset => "preset",
            RuleSource.Kit => "kit",
            _ => "local",
        },
        CreatedVia = rule.CreatedVia switch
        {
            RuleOrigin.Default => "default",
            RuleOrigin.Provisioned => "provisioned",
            RuleOrigin.Approval => "approval",
            _ => "added",
        },
        CreatedAt = rule.CreatedAt,
        Note = rule.Note,
        Status = inactive is null ? "active" : "inactive",
        InactiveReason = inactive,
        Editable = rule.Source != RuleSource.Preset && rule.Scope.Kind != RuleScopeKind.Workspace,
    };

    public static PolicyListing Of(PolicySet set, IReadOnlyList<WorkspacePolicyStatus> workspaces) => new()
    {
        Preset = PolicyPresets.NameOf(set.Preset),
        PresetVersion = set.Preset == PolicyPreset.Balanced ? PresetRules.BalancedVersion : null,
        Initialized = set.IsInitialized,
        Problem = set.Problem,
        Rules = [.. set.Rules.Select(r => Of(r)), .. set.Inactive.Select(i => Of(i.Rule, i.Reason))],
        Workspaces = [.. workspaces.Where(w => w.Hash is not null).Select(Of)],
    };

    public static WorkspacePolicyInfo Of(WorkspacePolicyStatus status) => new(
        status.Workspace, status.File, status.Hash, status.IsApproved, [.. (status.Document?.Rules ?? []).Select(r => Of(r))], status.Problem);

    public static PolicyInspection Of(RuleInspection inspection) => new(
        Of(inspection.Rule, inspection.InactiveReason), inspection.File, inspection.RemoveCommand, inspection.ReadOnlyReason);

    private static IReadOnlyList<string> Protocols(NetworkProtocol protocols) => protocols switch
    {
        NetworkProtocol.Tcp => ["tcp"],
        NetworkProtocol.Udp => ["udp"],
        _ => ["tcp", "udp"],
    };
}
