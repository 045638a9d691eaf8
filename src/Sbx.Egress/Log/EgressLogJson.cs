using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sbx.Egress.Log;

/// <summary>
/// JSON of the log, one object per line: property names in snake case, control and non-ASCII characters escaped, so that the output is
/// safe on a terminal too.
/// </summary>
public static class EgressLogJson
{
    /// <summary>One row on one line.</summary>
    public static string Write(EgressRow row) => JsonSerializer.Serialize(row, EgressLogJsonContext.Default.EgressRow);

    /// <summary>The log by destination: <c>blocked_hosts</c> and <c>allowed_hosts</c>.</summary>
    public static string Write(EgressSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return JsonSerializer.Serialize(
            new EgressSummaryJson([.. summary.Blocked.Select(Entry)], [.. summary.Allowed.Select(Entry)]), EgressLogJsonContext.Default.EgressSummaryJson);
    }

    private static EgressHostJson Entry(EgressHostSummary host) => new(
        $"{host.Host}:{host.Port}", host.Sandbox, LogText.Name(host.Proxy), host.Rule, host.Reason, host.LastSeen, host.Since, host.Count);
}

internal sealed record EgressSummaryJson(IReadOnlyList<EgressHostJson> BlockedHosts, IReadOnlyList<EgressHostJson> AllowedHosts);

internal sealed record EgressHostJson(
    string Host, string VmName, string ProxyType, string? Rule, string Reason, DateTimeOffset LastSeen, DateTimeOffset Since, long CountSince);

internal sealed class ProxyKindConverter() : JsonStringEnumConverter<ProxyKind>(JsonNamingPolicy.KebabCaseLower);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(ProxyKindConverter)])]
[JsonSerializable(typeof(EgressRow))]
[JsonSerializable(typeof(EgressSummaryJson))]
internal sealed partial class EgressLogJsonContext : JsonSerializerContext;
