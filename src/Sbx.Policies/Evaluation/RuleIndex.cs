using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Evaluation;

/// <summary>Rules indexed by host: a lookup costs one dictionary probe per label, not one comparison per rule. Immutable.</summary>
internal sealed class RuleIndex
{
    private readonly Dictionary<string, RuleEntry[]> _names;
    private readonly Dictionary<string, RuleEntry[]>.AlternateLookup<ReadOnlySpan<char>> _below;
    private readonly Dictionary<string, RuleEntry[]>.AlternateLookup<ReadOnlySpan<char>> _globs;
    private readonly RuleEntry[] _otherGlobs;
    private readonly RuleEntry[] _addresses;
    private readonly RuleEntry[] _any;

    public RuleIndex(IEnumerable<Rule> rules)
    {
        var entries = rules.SelectMany(r => r.Resources.Select(p => new RuleEntry(r, p))).ToList();
        _names = Group(entries.Where(e => e.Pattern.Kind == HostPatternKind.Name), e => e.Pattern.Host!.Value);
        _below = Group(entries.Where(e => e.Pattern.Kind == HostPatternKind.Below), e => e.Pattern.Suffix).GetAlternateLookup<ReadOnlySpan<char>>();
        var globs = entries.Where(e => e.Pattern.Kind == HostPatternKind.Glob).ToLookup(e => e.Pattern.Labels.Skip(1).All(l => l.IsLiteral));
        _globs = Group(globs[true], e => e.Pattern.Text[(e.Pattern.Labels[0].Text.Length + 1)..].Split(':')[0]).GetAlternateLookup<ReadOnlySpan<char>>();
        _otherGlobs = [.. globs[false]];
        _addresses = [.. entries.Where(e => e.Pattern.IsAddress || e.Pattern.IsHostLoopback)];
        _any = [.. entries.Where(e => e.Pattern.Kind == HostPatternKind.Any)];
    }

    /// <summary>Shows the state every entry that covers a host; closer ones first.</summary>
    public void MatchHost(HostName resource, ref EvaluationState state)
    {
        if (resource.IsAddress)
        {
            foreach (var entry in _addresses)
            {
                if (entry.Pattern.MatchesHost(resource))
                    state.Consider(entry);
            }
        }
        else
        {
            MatchName(resource, ref state);
        }

        foreach (var entry in _any)
            state.Consider(entry);
    }

    /// <summary>Shows the state every entry that names an address.</summary>
    public void MatchAddress(HostAddress address, ref EvaluationState state)
    {
        foreach (var entry in _addresses)
            state.ConsiderAddress(entry, address);
    }

    private void MatchName(HostName resource, ref EvaluationState state)
    {
        var name = resource.Value;
        if (_names.TryGetValue(name, out var found))
        {
            foreach (var entry in found)
                state.Consider(entry);
        }

        var parent = name.AsSpan();
        var first = true;
        for (var dot = parent.IndexOf('.'); dot >= 0; dot = parent.IndexOf('.'))
        {
            parent = parent[(dot + 1)..];
            if (first && _globs.TryGetValue(parent, out found))
            {
                foreach (var entry in found)
                {
                    if (entry.Pattern.MatchesHost(resource))
                        state.Consider(entry);
                }
            }

            first = false;
            if (_below.TryGetValue(parent, out found))
            {
                foreach (var entry in found)
                    state.Consider(entry);
            }
        }

        foreach (var entry in _otherGlobs)
        {
            if (entry.Pattern.MatchesHost(resource))
                state.Consider(entry);
        }
    }

    private static Dictionary<string, RuleEntry[]> Group(IEnumerable<RuleEntry> entries, Func<RuleEntry, string> key)
        => entries.GroupBy(key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
}
