using Sbx.Policies.Patterns;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Evaluation;

/// <summary>One pattern of one rule, with what the hot path needs precomputed.</summary>
internal sealed class RuleEntry
{
    public RuleEntry(Rule rule, HostPattern pattern)
    {
        Rule = rule;
        Pattern = pattern;
        IsHttp = rule.IsHttp;
        IsDeny = rule.Decision == RuleDecision.Deny;
        Specificity = Rank(pattern);
        var verb = IsDeny ? "denies" : "allows";
        var http = rule.IsHttp ? $" {(rule.Methods.Count == 0 ? "ANY" : string.Join(',', rule.Methods))} {rule.Path?.Text ?? "/**"}" : "";
        Reason = $"rule {rule.Id} ({Describe(rule)}) {verb} {pattern}{http}";
    }

    public Rule Rule { get; }

    public HostPattern Pattern { get; }

    public bool IsHttp { get; }

    public bool IsDeny { get; }

    /// <summary>How closely the pattern names a host; ports do not count.</summary>
    public int Specificity { get; }

    public string Reason { get; }

    public bool Covers(in PolicyQuery query)
        => (Rule.Protocols & query.Protocol) != 0 && (Pattern.Port is null || Pattern.Port == query.Port);

    private static int Rank(HostPattern pattern) => pattern.Kind switch
    {
        HostPatternKind.Name or HostPatternKind.Address => 10_000,
        HostPatternKind.Block => 5_000 + pattern.Block!.Value.Length,
        HostPatternKind.Glob => 4_000 + pattern.Text.Length,
        HostPatternKind.Below => 2_000 + pattern.Suffix.Length,
        _ => 0,
    };

    private static string Describe(Rule rule) => rule.Source switch
    {
        RuleSource.Preset => "preset",
        RuleSource.Kit => $"kit, {rule.Scope}",
        _ => rule.Scope.Kind == RuleScopeKind.Global ? "local" : $"local, {rule.Scope}",
    };
}
