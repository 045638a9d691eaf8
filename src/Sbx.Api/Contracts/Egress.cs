using System.Text.Json.Serialization;

namespace Sbx.Api.Contracts;

/// <summary>Which part of the egress log is wanted.</summary>
public sealed record EgressQuery
{
    /// <summary>Only of this sandbox.</summary>
    public string? Sandbox { get; init; }

    /// <summary>Only from this instant on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what was refused.</summary>
    public bool DeniedOnly { get; init; }

    /// <summary>At most this many of the latest; 0 for all.</summary>
    public int Limit { get; init; } = 1000;
}

/// <summary>One request or connection of a sandbox. Text may hold anything that a guest sent: make it printable before showing it.</summary>
public sealed record EgressRequest
{
    /// <summary>Number; later ones are higher. A tunnel comes when it opens and again, under the same number, when it ends.</summary>
    public required long Id { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Sandbox.</summary>
    public required string Sandbox { get; init; }

    /// <summary>Identity of the sandbox.</summary>
    public required string SandboxId { get; init; }

    /// <summary>The way it took: "forward", "forward-bypass", "transparent" or "network".</summary>
    public required string Proxy { get; init; }

    /// <summary>Destination host.</summary>
    public required string Host { get; init; }

    /// <summary>Destination port; 0 when none is known.</summary>
    public required int Port { get; init; }

    /// <summary>Method; null for what is not HTTP.</summary>
    public string? Method { get; init; }

    /// <summary>Path without query; null for what is not HTTP.</summary>
    public string? Path { get; init; }

    /// <summary>Status of the answer; null when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>Bytes from the guest.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes to the guest.</summary>
    public long BytesReceived { get; init; }

    /// <summary>From the first byte to the last; zero while it is open.</summary>
    public double DurationMilliseconds { get; init; }

    /// <summary>Service whose credential was written; null for none.</summary>
    public string? Credential { get; init; }

    /// <summary>Rule that decided; null for none.</summary>
    public string? Rule { get; init; }

    /// <summary>Whether it was let through.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Why it was refused or failed; empty when all is well.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Requests in order of time.</summary>
/// <param name="Requests">The requests.</param>
public sealed record EgressRequestList(IReadOnlyList<EgressRequest> Requests);

/// <summary>The log by destination.</summary>
/// <param name="BlockedHosts">What was refused, the latest first.</param>
/// <param name="AllowedHosts">What was let through, the latest first.</param>
public sealed record EgressSummary(IReadOnlyList<EgressHost> BlockedHosts, IReadOnlyList<EgressHost> AllowedHosts);

/// <summary>All requests of one sandbox to one destination that took the same way under the same rule.</summary>
public sealed record EgressHost
{
    /// <summary>Destination as host:port.</summary>
    public required string Host { get; init; }

    /// <summary>Sandbox.</summary>
    [JsonPropertyName("vm_name")]
    public required string Sandbox { get; init; }

    /// <summary>The way they took; see <see cref="EgressRequest.Proxy"/>.</summary>
    [JsonPropertyName("proxy_type")]
    public required string Proxy { get; init; }

    /// <summary>The rule that decided.</summary>
    public string? Rule { get; init; }

    /// <summary>Why they were refused; empty for allowed ones.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The latest of them.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>The first of them.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How many.</summary>
    [JsonPropertyName("count_since")]
    public required long Count { get; init; }
}
