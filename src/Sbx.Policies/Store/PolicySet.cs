using Sbx.Policies.Presets;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>The rules that apply, for listing. Immutable.</summary>
public sealed record PolicySet
{
    /// <summary>The active preset.</summary>
    public required PolicyPreset Preset { get; init; }

    /// <summary>Whether the user chose it; else it is the default.</summary>
    public required bool IsInitialized { get; init; }

    /// <summary>Rules in force: the preset's, then global ones, the sandbox's, the workspaces'.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>Rules without effect, with the reason: kits' under deny-all without consent, workspaces' allows without approval.</summary>
    public required IReadOnlyList<InactiveRule> Inactive { get; init; }

    /// <summary>Why everything is denied, when a file cannot be read; null when all is well.</summary>
    public string? Problem { get; init; }
}

/// <summary>A rule without effect.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Reason">Why it has none.</param>
public sealed record InactiveRule(Rule Rule, string Reason);

/// <summary>What is known of one rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="File">The file it stands in; null for presets.</param>
/// <param name="Editable">Whether it can be removed by a command.</param>
/// <param name="RemoveCommand">The command that removes it; null where there is none.</param>
/// <param name="ReadOnlyReason">Why it cannot be removed; null where it can.</param>
/// <param name="InactiveReason">Why it has no effect; null where it has.</param>
public sealed record RuleInspection(Rule Rule, string? File, bool Editable, string? RemoveCommand, string? ReadOnlyReason, string? InactiveReason);
