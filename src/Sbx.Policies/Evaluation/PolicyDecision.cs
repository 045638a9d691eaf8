using Sbx.Policies.Rules;

namespace Sbx.Policies.Evaluation;

/// <summary>Whether a rule decided or the absence of one.</summary>
public enum DecisionKind
{
    /// <summary>No rule: the default, the address floor, or a path that is not canonical.</summary>
    Implicit,

    /// <summary>A rule; see <see cref="PolicyDecision.Rule"/>.</summary>
    Explicit,
}

/// <summary>The answer to a <see cref="PolicyQuery"/>. Immutable.</summary>
public readonly record struct PolicyDecision
{
    /// <summary>Whether it may go on.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Whether a rule decided.</summary>
    public required DecisionKind Kind { get; init; }

    /// <summary>The rule that decided, or null.</summary>
    public Rule? Rule { get; init; }

    /// <summary>Why, as one sentence for people and models; no control characters, no secret.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// The connection may be made, but every request must be asked about with method and path: rules for this host look into
    /// HTTP. What is not HTTP must then be refused, and TLS opened. False once a query had method and path.
    /// </summary>
    public bool RequiresInspection { get; init; }

    /// <summary>Generation of the policy that answered; a connection is asked about again when it changes.</summary>
    public long Generation { get; init; }
}
