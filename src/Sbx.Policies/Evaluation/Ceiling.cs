using Sbx.Policies.Rules;

namespace Sbx.Policies.Evaluation;

/// <summary>The most a workspace's policy lets through; it never opens anything by itself. Immutable.</summary>
internal sealed class Ceiling(string workspace, IEnumerable<Rule> allows)
{
    private readonly RuleIndex _index = new(allows);

    public string Workspace => workspace;

    public bool Allows(in PolicyQuery query, out bool inspect)
    {
        var state = new EvaluationState(query);
        _index.MatchHost(query.Host.Resource, ref state);
        inspect = query.Method is null && state.IsCarved;
        if (state.PathProblem is not null)
            return false;
        return (!state.IsCarved ? state.Plain : query.Method is null ? state.Http : state.HttpMatch) is not null;
    }
}
