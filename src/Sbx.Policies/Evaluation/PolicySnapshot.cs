using Sbx.Policies.Hosts;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Evaluation;

/// <summary>A policy at one moment: the rules of everybody and of each sandbox, indexed. Immutable, safe from any thread.</summary>
public sealed class PolicySnapshot
{
    private readonly CompiledPolicy _global;
    private readonly Dictionary<string, CompiledPolicy> _sandboxes;

    internal PolicySnapshot(long generation, CompiledPolicy global, Dictionary<string, CompiledPolicy> sandboxes)
    {
        Generation = generation;
        _global = global;
        _sandboxes = sandboxes;
    }

    /// <summary>Number of this state; a later one is higher.</summary>
    public long Generation { get; }

    /// <summary>The policy of given rules: global ones for everybody, others for the sandbox of their scope.</summary>
    /// <param name="rules">Rules of global or sandbox scope.</param>
    /// <param name="generation">Number of this state.</param>
    public static PolicySnapshot FromRules(IEnumerable<Rule> rules, long generation = 1)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var all = rules.ToList();
        var global = all.Where(r => r.Scope.Kind == RuleScopeKind.Global).ToList();
        var sandboxes = all.Where(r => r.Scope.Kind == RuleScopeKind.Sandbox).GroupBy(r => r.Scope.Name!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => new CompiledPolicy([.. global, .. g], [], null), StringComparer.Ordinal);
        return new PolicySnapshot(generation, new CompiledPolicy(global, [], null), sandboxes);
    }

    /// <summary>Rules that apply to a sandbox, the presets' included; null for those that apply to everybody.</summary>
    public IReadOnlyList<Rule> RulesFor(string? sandbox) => For(sandbox).Rules;

    /// <summary>Rules with methods or a path that cover a destination, for showing them beside an answer that has neither.</summary>
    public IReadOnlyList<Rule> HttpRulesFor(HostName host, int port, string? sandbox)
        => [.. For(sandbox).Rules.Where(r => r.IsHttp && r.Resources.Any(p => p.Matches(host, port)))];

    /// <summary>Answers a question; see <see cref="PolicyEvaluator.Evaluate"/>.</summary>
    public PolicyDecision Evaluate(in PolicyQuery query) => For(query.Sandbox).Evaluate(query, Generation);

    private CompiledPolicy For(string? sandbox)
        => sandbox is not null && _sandboxes.TryGetValue(sandbox, out var own) ? own : _global;
}
