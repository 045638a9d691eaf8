using Sbx.Policies.Evaluation;

namespace Sbx.Egress.Flows;

/// <summary>Something that is open because the policy allowed it: a request, a tunnel, a connection to a destination.</summary>
/// <param name="review">Asks the policy again; the refusal, or null when it may stay open. Called from any thread, also after the end.</param>
/// <param name="close">Closes it at once. Called at most once, from any thread, never after <see cref="End"/>; must not throw.</param>
internal sealed class Flow(Func<PolicyDecision?> review, Action<PolicyDecision> close)
{
    private readonly Lock _gate = new();
    private bool _over;

    /// <summary>The refusal that closed it, or null.</summary>
    public PolicyDecision? ClosedBy { get; private set; }

    /// <summary>Asks again, and closes what is no longer allowed.</summary>
    public void Review()
    {
        if (review() is not { } refusal)
            return;
        lock (_gate)
        {
            if (_over)
                return;
            _over = true;
            ClosedBy = refusal;
            close(refusal);
        }
    }

    /// <summary>Says that it has ended by itself.</summary>
    public void End()
    {
        lock (_gate)
            _over = true;
    }
}
