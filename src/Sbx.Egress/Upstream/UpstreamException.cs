using Sbx.Policies.Evaluation;

namespace Sbx.Egress.Upstream;

/// <summary>A destination that may not be dialled, or does not answer.</summary>
internal sealed class UpstreamException : IOException
{
    public UpstreamException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The policy refuses the address that the name stands for.</summary>
    public UpstreamException(PolicyDecision refusal)
        : base(refusal.Reason) => Refusal = refusal;

    /// <summary>The refusal, or null when the network failed.</summary>
    public PolicyDecision? Refusal { get; }

    /// <summary>Finds this exception among the causes of another.</summary>
    public static UpstreamException? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is UpstreamException found)
                return found;
        }

        return null;
    }
}
