using Sbx.Policies.Evaluation;

namespace Sbx.Egress.Flows;

/// <summary>Something that is open because the policy allowed it: a request, a tunnel, a connection to a destination.</summary>
/// <param name="review">Asks the policy again; the refusal, or null when it may stay open.</param>
/// <param name="close">Closes it at once. Called at most once, from any thread; must not throw.</param>
internal sealed class Flow(Func<PolicyDecision?> review, Action<PolicyDecision> close)
{
    private int _closed;

    /// <summary>The refusal that closed it, or null.</summary>
    public PolicyDecision? ClosedBy { get; private set; }

    /// <summary>Asks again, and closes what is no longer allowed.</summary>
    public void Review()
    {
        if (review() is not { } refusal || Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        ClosedBy = refusal;
        close(refusal);
    }
}
