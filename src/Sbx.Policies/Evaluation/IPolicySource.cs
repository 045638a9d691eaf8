namespace Sbx.Policies.Evaluation;

/// <summary>Gives the policy in force. Thread-safe.</summary>
public interface IPolicySource
{
    /// <summary>The policy now; a new object after every change.</summary>
    PolicySnapshot Current { get; }

    /// <summary>Raised after <see cref="Current"/> changed, on the thread that changed it; handlers return quickly.</summary>
    event EventHandler? Changed;
}
