using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;

namespace Sbx.Policies.Evaluation;

/// <summary>What one evaluation has seen so far; lives on the stack.</summary>
internal ref struct EvaluationState
{
    private readonly PolicyQuery _query;
    private string? _path;
    private bool _pathChecked;

    public EvaluationState(in PolicyQuery query) => _query = query;

    /// <summary>First deny that matched.</summary>
    public RuleEntry? Deny { get; private set; }

    /// <summary>Closest allow without method and path.</summary>
    public RuleEntry? Plain { get; private set; }

    /// <summary>Closest allow with method or path that covers the host, matched or not.</summary>
    public RuleEntry? Http { get; private set; }

    /// <summary>An allow with method or path that covers the request.</summary>
    public RuleEntry? HttpMatch { get; private set; }

    /// <summary>Whether a deny with method or path covers the host.</summary>
    public bool HasHttpDeny { get; private set; }

    /// <summary>Why the path cannot be matched, when a rule looks at it.</summary>
    public string? PathProblem { get; private set; }

    /// <summary>An allow that names the address.</summary>
    public RuleEntry? Lift { get; private set; }

    /// <summary>Whether an allow with method or path narrows the closest plain one: it names the host at least as closely.</summary>
    public readonly bool IsCarved => Http is not null && (Plain is null || Http.Specificity >= Plain.Specificity);

    public void Consider(RuleEntry entry)
    {
        if (!entry.Covers(_query))
            return;
        if (entry.IsDeny)
        {
            if (!entry.IsHttp)
                Deny ??= entry;
            else if (_query.Method is null)
                HasHttpDeny = true;
            else if (MatchesRequest(entry, lenient: true))
                Deny ??= entry;
        }
        else if (!entry.IsHttp)
        {
            if (Plain is null || entry.Specificity > Plain.Specificity)
                Plain = entry;
        }
        else
        {
            if (Http is null || entry.Specificity > Http.Specificity)
                Http = entry;
            if (_query.Method is not null && HttpMatch is null && MatchesRequest(entry, lenient: false))
                HttpMatch = entry;
        }
    }

    public void ConsiderAddress(RuleEntry entry, HostAddress address)
    {
        if (!entry.Covers(_query) || !entry.Pattern.MatchesAddress(address, _query.Port))
            return;
        if (entry.IsDeny)
        {
            if (!entry.IsHttp)
                Deny ??= entry;
        }
        else if (AddressFloor.Lifts(entry.Pattern, address, _query.Port))
        {
            Lift ??= entry;
        }
    }

    public void ConsiderDeny(RuleEntry deny) => Deny ??= deny;

    private bool MatchesRequest(RuleEntry entry, bool lenient)
    {
        var comparison = lenient ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var methods = entry.Rule.Methods;
        var matches = methods.Count == 0;
        for (var i = 0; i < methods.Count && !matches; i++)
            matches = string.Equals(methods[i], _query.Method, comparison);
        if (entry.Rule.Path is not { } pattern)
            return matches;
        if (!_pathChecked)
        {
            _pathChecked = true;
            if (!RequestPath.TryCanonicalize(_query.Path ?? "", out _path, out var problem))
                PathProblem = problem;
        }

        return matches && _path is not null && pattern.Matches(_path, lenient);
    }
}
