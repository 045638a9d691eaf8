namespace Sbx.Policies.Evaluation;

/// <summary>
/// The one evaluator: the proxy, the resolver of the guest's names, ports, <c>policy check</c> and the log all ask it. Lock-free;
/// safe from any thread.
/// </summary>
public sealed class PolicyEvaluator(IPolicySource source)
{
    /// <summary>Where the policy comes from.</summary>
    public IPolicySource Source => source;

    /// <summary>Generation of the policy in force; changes with every change.</summary>
    public long Generation => source.Current.Generation;

    /// <summary>Answers a question with the policy in force. Never throws for untrusted values of a query.</summary>
    public PolicyDecision Evaluate(in PolicyQuery query) => source.Current.Evaluate(query);
}
