namespace Sbx.Egress.Log;

/// <summary>Whether the log takes what is written to it.</summary>
/// <param name="IsWritable">False since the last attempt to write failed.</param>
/// <param name="LostRows">Rows lost since the log was opened, over a full disk or a full queue.</param>
/// <param name="Problem">What went wrong last, or null.</param>
public sealed record EgressLogHealth(bool IsWritable, long LostRows, string? Problem);
