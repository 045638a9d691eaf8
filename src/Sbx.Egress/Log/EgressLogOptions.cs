namespace Sbx.Egress.Log;

/// <summary>Bounds of the log.</summary>
public sealed record EgressLogOptions
{
    /// <summary>Size of the file, in bytes, from which the oldest rows are dropped. At least 1 MiB.</summary>
    public long MaximumBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>Rows that may wait to be written; more are lost, and the loss is written down.</summary>
    public int QueueLength { get; init; } = 16 * 1024;

    /// <summary>How long rows are gathered before they are written together.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(50);
}
