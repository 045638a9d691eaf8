namespace Sbx.Egress.Log;

/// <summary>One decision of the gateway, and what came of it. Text may hold anything a guest sent: see <see cref="LogText"/>.</summary>
public sealed record EgressRow
{
    /// <summary>Number of the row; later ones are higher. A tunnel is written when it opens and again, under the same number, when it ends.</summary>
    public required long Id { get; init; }

    /// <summary>When the request came.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Name of the sandbox.</summary>
    public required string Sandbox { get; init; }

    /// <summary>Identity of the sandbox.</summary>
    public required string SandboxId { get; init; }

    /// <summary>The way it took.</summary>
    public required ProxyKind Proxy { get; init; }

    /// <summary>Destination host in canonical form, or what was asked for when that is no host.</summary>
    public required string Host { get; init; }

    /// <summary>Destination port; 0 when none is known.</summary>
    public required int Port { get; init; }

    /// <summary>Request method; null for what is not HTTP.</summary>
    public string? Method { get; init; }

    /// <summary>Request path without query; null for what is not HTTP.</summary>
    public string? Path { get; init; }

    /// <summary>Status of the answer; null when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>Body or tunnel bytes from the guest.</summary>
    public long BytesSent { get; init; }

    /// <summary>Body or tunnel bytes to the guest.</summary>
    public long BytesReceived { get; init; }

    /// <summary>From the first byte to the last; zero while it is open.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Service whose credential was written; null for none.</summary>
    public string? Credential { get; init; }

    /// <summary>Rule that decided; null for none.</summary>
    public string? Rule { get; init; }

    /// <summary>Whether it was let through.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Why it was refused, or what went wrong; empty when all is well.</summary>
    public string Reason { get; init; } = "";
}
