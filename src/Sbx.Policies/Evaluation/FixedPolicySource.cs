namespace Sbx.Policies.Evaluation;

/// <summary>A policy held in memory, replaced as a whole. Thread-safe.</summary>
public sealed class FixedPolicySource(PolicySnapshot snapshot) : IPolicySource
{
    private volatile PolicySnapshot _current = snapshot;

    /// <inheritdoc/>
    public event EventHandler? Changed;

    /// <inheritdoc/>
    public PolicySnapshot Current => _current;

    /// <summary>Puts another policy in force.</summary>
    public void Replace(PolicySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _current = snapshot;
        Changed?.Invoke(this, EventArgs.Empty);
    }
}
