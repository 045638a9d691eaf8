namespace Sbx.Egress.Log;

/// <summary>Which rows are wanted.</summary>
public sealed record EgressLogQuery
{
    /// <summary>Only of the sandbox of this name.</summary>
    public string? Sandbox { get; init; }

    /// <summary>Only from this instant on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only refused ones.</summary>
    public bool DeniedOnly { get; init; }

    /// <summary>At most this many, the latest ones.</summary>
    public int Limit { get; init; } = 1000;

    internal bool Matches(EgressRow row) =>
        (Sandbox is null || row.Sandbox == Sandbox) && (Since is null || row.Time >= Since) && (!DeniedOnly || !row.Allowed);
}
