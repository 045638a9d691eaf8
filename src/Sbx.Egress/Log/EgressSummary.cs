namespace Sbx.Egress.Log;

/// <summary>The log by destination.</summary>
/// <param name="Blocked">What was refused, the latest first.</param>
/// <param name="Allowed">What was let through, the latest first.</param>
public sealed record EgressSummary(IReadOnlyList<EgressHostSummary> Blocked, IReadOnlyList<EgressHostSummary> Allowed);

/// <summary>All requests of one sandbox to one destination that took the same way under the same rule.</summary>
/// <param name="Sandbox">Name of the sandbox.</param>
/// <param name="Host">Destination host.</param>
/// <param name="Port">Destination port.</param>
/// <param name="Proxy">The way they took.</param>
/// <param name="Rule">The rule that decided, or null.</param>
/// <param name="Reason">Why they were refused; empty for allowed ones.</param>
/// <param name="LastSeen">The latest of them.</param>
/// <param name="Since">The first of them.</param>
/// <param name="Count">How many.</param>
public sealed record EgressHostSummary(
    string Sandbox, string Host, int Port, ProxyKind Proxy, string? Rule, string Reason, DateTimeOffset LastSeen, DateTimeOffset Since, long Count);
