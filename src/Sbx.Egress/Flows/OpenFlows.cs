using System.Collections.Concurrent;

namespace Sbx.Egress.Flows;

/// <summary>All that is open for one sandbox, so that a change of the policy takes effect on it at once. Thread-safe.</summary>
internal sealed class OpenFlows(Func<long> generation)
{
    private readonly ConcurrentDictionary<Flow, byte> _flows = new();

    /// <summary>How many are open.</summary>
    public int Count => _flows.Count;

    /// <summary>Adds a flow that was allowed under a generation of the policy.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="decided">Generation that allowed it; when the policy has moved on since, the flow is reviewed here and now.</param>
    public void Add(Flow flow, long decided)
    {
        _flows[flow] = 0;
        if (generation() != decided)
            flow.Review();
    }

    /// <summary>Takes a flow out that has ended.</summary>
    public void Remove(Flow flow)
    {
        _flows.TryRemove(flow, out _);
        flow.End();
    }

    /// <summary>Reviews all of them.</summary>
    public void Review()
    {
        foreach (var (flow, _) in _flows)
            flow.Review();
    }
}
