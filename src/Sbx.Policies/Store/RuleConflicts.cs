using Sbx.Policies.Patterns;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>Comparisons of rules and the messages they lead to.</summary>
internal static class RuleConflicts
{
    /// <summary>Whether both decide the same about the same.</summary>
    public static bool IsSame(Rule left, Rule right)
        => left.Decision == right.Decision && left.Resources.Order(PatternOrder).SequenceEqual(right.Resources.Order(PatternOrder))
            && left.Protocols == right.Protocols && SameRequests(left, right);

    /// <exception cref="PolicyException">A rule of the same scope says the same or the opposite.</exception>
    public static void Check(IEnumerable<Rule> present, Rule added)
    {
        foreach (var rule in present)
        {
            var shared = rule.Resources.FirstOrDefault(added.Resources.Contains);
            if (shared is null || (rule.Protocols & added.Protocols) == 0 || !SameRequests(rule, added))
                continue;
            if (rule.Decision != added.Decision)
            {
                throw new PolicyException(
                    $"Rule {rule.Id} of the same scope ({rule.Scope}) {(rule.Decision == RuleDecision.Allow ? "allows" : "denies")} {shared} already.",
                    $"Remove it first with: {RemoveCommand(rule)}", PolicyErrorKind.Conflict);
            }

            if ((rule.Protocols & added.Protocols) == added.Protocols)
                throw new PolicyException($"Rule {rule.Id} ({rule.Scope}) says the same about {shared} already.", null, PolicyErrorKind.Conflict);
        }
    }

    /// <summary>Takes resources out of rules.</summary>
    /// <exception cref="PolicyException">One of the resources has no such rule.</exception>
    public static (IReadOnlyList<Rule> Kept, IReadOnlyList<Rule> Removed) Without(
        IReadOnlyList<Rule> rules, IReadOnlyList<HostPattern> resources, string? method, string? path, RuleScope scope)
    {
        var methods = method is null ? null : HttpMethods.Parse(method);
        var wanted = path is null ? (method is null ? null : PathPattern.Parse("/**")) : PathPattern.Parse(path);
        bool Fits(Rule rule) => (methods is null ? rule.Methods.Count == 0 : rule.IsHttp && rule.Methods.Order().SequenceEqual(methods.Order())) && Equals(rule.Path, wanted);
        foreach (var resource in resources)
        {
            if (!rules.Any(r => Fits(r) && r.Resources.Contains(resource)))
                throw new PolicyException($"No rule for {resource}{(method is null && path is null ? "" : " with this method and path")} in scope {scope}.", "List rules with: sbx policy ls --wide", PolicyErrorKind.NotFound);
        }

        var kept = new List<Rule>();
        var removed = new List<Rule>();
        foreach (var rule in rules)
        {
            var rest = rule.Resources.Except(resources).ToList();
            if (!Fits(rule) || rest.Count == rule.Resources.Count)
            {
                kept.Add(rule);
                continue;
            }

            removed.Add(rule);
            if (rest.Count > 0)
                kept.Add(rule with { Resources = rest });
        }

        return (kept, removed);
    }

    public static RuleInspection Inspect(Rule rule, PolicyFiles files, string? inactive) => rule switch
    {
        { Source: RuleSource.Preset } => new(rule, null, false, null, "it belongs to the active preset; deny single hosts with: sbx policy deny network HOST", inactive),
        { Scope.Kind: RuleScopeKind.Workspace } => new(rule, files.Of(rule.Scope), false, null, $"it stands in the workspace's file {files.Of(rule.Scope)}", inactive),
        _ => new(rule, files.Of(rule.Scope), true, RemoveCommand(rule), null, inactive),
    };

    public static PolicyException NotFound(PolicySet set, string id)
        => set.Rules.Any(r => r.Id == id && r.Source == RuleSource.Preset)
            ? new PolicyException($"Rule {id} belongs to the preset and cannot be removed.", "Deny single hosts with: sbx policy deny network HOST", PolicyErrorKind.Denied)
            : new PolicyException($"There is no rule '{Hosts.Printable.Text(id)}'.", "List rules with: sbx policy ls --wide", PolicyErrorKind.NotFound);

    private static readonly Comparer<HostPattern> PatternOrder = Comparer<HostPattern>.Create((a, b) => string.CompareOrdinal(a.Text, b.Text));

    private static string RemoveCommand(Rule rule)
        => $"sbx policy rm network --id {rule.Id}{(rule.Scope.Kind == RuleScopeKind.Sandbox ? $" --sandbox {rule.Scope.Name}" : "")}";

    private static bool SameRequests(Rule left, Rule right)
        => left.IsHttp == right.IsHttp && left.Methods.Order().SequenceEqual(right.Methods.Order()) && Equals(left.Path, right.Path);
}
