namespace Sbx.Agent.Models;

/// <summary>What can be done about a failed request.</summary>
internal enum ModelFailure
{
    /// <summary>Trying again may help: server error, time-out, broken connection.</summary>
    Passing,

    /// <summary>Too many requests: another model, or later.</summary>
    RateLimited,

    /// <summary>The conversation is too long for the model.</summary>
    ContextOverflow,

    /// <summary>Trying again is no use.</summary>
    Refused,
}

/// <summary>A request to a model failed.</summary>
internal sealed class ModelException(ModelFailure failure, string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public ModelFailure Failure { get; } = failure;

    /// <summary>How long the provider asks to wait.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
