using Sbx.Policies.Hosts;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Evaluation;

/// <summary>
/// The rules that apply to one sandbox (or to none in particular), ready to be asked. Order of decision: a policy that could not be
/// read denies; any deny; a path that cannot be matched; the workspaces' ceilings; the address floor; allows; the default, deny.
/// </summary>
internal sealed class CompiledPolicy(IReadOnlyList<Rule> rules, IReadOnlyList<Ceiling> ceilings, string? problem)
{
    private static readonly HostAddress Loopback = HostAddress.V4(0x7F000001);
    private readonly RuleIndex _index = new(rules);

    public IReadOnlyList<Rule> Rules => rules;

    public string? Problem => problem;

    public PolicyDecision Evaluate(in PolicyQuery query, long generation)
    {
        if (query.Host is null || query.Port is < 1 or > 65535)
            return Refuse("the destination is not valid", generation);
        if (problem is not null)
            return Refuse(problem, generation);

        var state = new EvaluationState(query);
        _index.MatchHost(query.Host.Resource, ref state);
        HostAddress? named = query.Host.IsHostLoopback ? Loopback : query.Host.IsAddress ? query.Host.Address : null;
        HostAddress? resolved = query.ResolvedAddress is { } address ? HostAddress.From(address) : null;
        if (named is { } n)
            _index.MatchAddress(n, ref state);
        // Each address has to be lifted on its own: what the name says and what would be dialled.
        var namedLift = state.Lift is not null;
        var lifted = resolved is null ? namedLift : IsLifted(query, resolved.Value, ref state);

        if (state.Deny is { } deny)
            return new() { Allowed = false, Kind = DecisionKind.Explicit, Rule = deny.Rule, Reason = deny.Reason, Generation = generation };
        if (state.PathProblem is { } path)
            return Refuse($"the path of the request is not canonical ({path}), so rules for {query.Host} cannot be applied to it", generation);

        var inspect = query.Method is null && (state.HasHttpDeny || state.IsCarved);
        foreach (var ceiling in ceilings)
        {
            if (!ceiling.Allows(query, out var ceilingInspects))
                return Refuse($"the policy of workspace {ceiling.Workspace} does not include {Target(query)}", generation);
            inspect |= ceilingInspects;
        }

        if (named is { } literal && !namedLift && AddressFloor.Reason(literal) is { } reason)
            return Refuse(query.Host.IsHostLoopback
                ? $"{query.Host} is the host's own loopback; only a rule for localhost:{query.Port} allows it"
                : $"{query.Host} is {reason}; only a rule that names it allows it", generation);
        if (resolved is { } dialled && !lifted && AddressFloor.Reason(dialled) is { } below)
            return Refuse($"{query.Host} resolves to {dialled}, {below}; only a rule that names the address allows it", generation);

        var carved = state.IsCarved;
        var allow = !carved ? state.Plain : query.Method is null ? state.Http : state.HttpMatch;
        if (allow is null)
        {
            return Refuse(carved
                ? $"no rule allows {Printable.Text(query.Method, 20)} {Printable.Text(query.Path)} on {Target(query)} (rule {state.Http!.Rule.Id} allows other requests)"
                : $"no rule allows {Target(query)} (default deny)", generation);
        }

        return new()
        {
            Allowed = true, Kind = DecisionKind.Explicit, Rule = allow.Rule, Reason = allow.Reason, RequiresInspection = inspect, Generation = generation,
        };
    }

    private bool IsLifted(in PolicyQuery query, HostAddress address, ref EvaluationState state)
    {
        var own = new EvaluationState(query);
        _index.MatchAddress(address, ref own);
        if (own.Deny is { } deny)
            state.ConsiderDeny(deny);
        return own.Lift is not null;
    }

    private static string Target(in PolicyQuery query)
        => query.Protocol == NetworkProtocol.Udp ? $"{query.Host.UriForm}:{query.Port} [udp]" : $"{query.Host.UriForm}:{query.Port}";

    private static PolicyDecision Refuse(string reason, long generation)
        => new() { Allowed = false, Kind = DecisionKind.Implicit, Reason = reason, Generation = generation };
}
