using Sbx.Api.Contracts;
using Sbx.Egress.Log;

namespace Sbx.Daemon.Egress;

/// <summary>Rows of the log as they cross the API.</summary>
internal static class EgressText
{
    public static EgressRequest Of(EgressRow row) => new()
    {
        Id = row.Id,
        Time = row.Time,
        Sandbox = row.Sandbox,
        SandboxId = row.SandboxId,
        Proxy = LogText.Name(row.Proxy),
        Host = row.Host,
        Port = row.Port,
        Method = row.Method,
        Path = row.Path,
        Status = row.Status,
        BytesSent = row.BytesSent,
        BytesReceived = row.BytesReceived,
        DurationMilliseconds = row.Duration.TotalMilliseconds,
        Credential = row.Credential,
        Rule = row.Rule,
        Allowed = row.Allowed,
        Reason = row.Reason,
    };

    public static EgressHost Of(EgressHostSummary host) => new()
    {
        Host = $"{host.Host}:{host.Port}",
        Sandbox = host.Sandbox,
        Proxy = LogText.Name(host.Proxy),
        Rule = host.Rule,
        Reason = host.Reason,
        LastSeen = host.LastSeen,
        Since = host.Since,
        Count = host.Count,
    };
}
