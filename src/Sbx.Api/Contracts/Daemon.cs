using Sbx.Api.Errors;

namespace Sbx.Api.Contracts;

/// <summary>What the daemon says of itself.</summary>
/// <param name="Version">Version of sbx.</param>
/// <param name="ApiVersion">Version of the API; see <see cref="ApiVersions.Current"/>.</param>
/// <param name="Build">Identity of the build (module version id), so that a rebuilt checkout replaces its daemon.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="StartedAt">Since when it runs.</param>
/// <param name="RunningSandboxes">Sandboxes whose machine runs.</param>
/// <param name="Sessions">Attached execs.</param>
/// <param name="Socket">Path of its socket.</param>
/// <param name="Log">Path of its log.</param>
public sealed record DaemonStatus(
    string Version, int ApiVersion, string Build, int ProcessId, DateTimeOffset StartedAt, int RunningSandboxes, int Sessions, string Socket, string Log);

/// <summary>Versions of the API between client and daemon.</summary>
public static class ApiVersions
{
    /// <summary>This build's version. Raised whenever a message changes so that an older peer would misread it.</summary>
    public const int Current = 1;
}

/// <summary>One line of a long answer (create, start, reset): progress, or the end.</summary>
public sealed record OperationEvent
{
    /// <summary>What is being done now; for people.</summary>
    public string? Status { get; init; }

    /// <summary>Part done, 0 to 1, where it is known.</summary>
    public double? Fraction { get; init; }

    /// <summary>A note worth keeping on the screen.</summary>
    public string? Notice { get; init; }

    /// <summary>The result; ends the answer.</summary>
    public SandboxInfo? Sandbox { get; init; }

    /// <summary>Ends the answer without a result.</summary>
    public bool Done { get; init; }

    /// <summary>The failure; ends the answer.</summary>
    public ErrorInfo? Error { get; init; }
}

/// <summary>Stops the daemon.</summary>
/// <param name="Force">Also when sandboxes run or sessions are attached (they are stopped first).</param>
public sealed record StopDaemonRequest(bool Force);

/// <summary>Result of one check of <c>doctor</c>.</summary>
/// <param name="Group">Heading it stands under.</param>
/// <param name="Name">What was checked.</param>
/// <param name="Status">"pass", "warn", "fail" or "skip".</param>
/// <param name="Message">What was found.</param>
/// <param name="Detail">More, or null.</param>
/// <param name="Hint">What to do, or null.</param>
public sealed record DiagnosticCheck(string Group, string Name, string Status, string Message, string? Detail = null, string? Hint = null);

/// <summary>All results of <c>doctor</c>.</summary>
/// <param name="Version">Version of sbx.</param>
/// <param name="Checks">Results in order.</param>
/// <param name="Summary">Counts by status.</param>
public sealed record DiagnosticReport(string Version, IReadOnlyList<DiagnosticCheck> Checks, DiagnosticSummary Summary);

/// <summary>Counts of check results.</summary>
/// <param name="Pass">Passed.</param>
/// <param name="Warn">Warnings.</param>
/// <param name="Fail">Failed.</param>
/// <param name="Skip">Not applicable.</param>
public sealed record DiagnosticSummary(int Pass, int Warn, int Fail, int Skip);
