using Sbx.Policies.Patterns;

namespace Sbx.Policies.Rules;

/// <summary>One rule: allows or denies destinations, optionally only some methods and a path of HTTP. Immutable.</summary>
public sealed record Rule
{
    /// <summary>Identity; unique in its scope. Rules of presets and kits have fixed ones.</summary>
    public required string Id { get; init; }

    /// <summary>Allow or deny.</summary>
    public required RuleDecision Decision { get; init; }

    /// <summary>Destinations it covers; at least one.</summary>
    public required IReadOnlyList<HostPattern> Resources { get; init; }

    /// <summary>Protocols it covers.</summary>
    public NetworkProtocol Protocols { get; init; } = NetworkProtocol.Tcp;

    /// <summary>Methods it covers, in upper case; empty for every method.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Path it covers; null for every path.</summary>
    public PathPattern? Path { get; init; }

    /// <summary>Whether it looks into HTTP: it has methods or a path.</summary>
    public bool IsHttp => Methods.Count > 0 || Path is not null;

    /// <summary>To what it applies.</summary>
    public required RuleScope Scope { get; init; }

    /// <summary>Where it comes from.</summary>
    public RuleSource Source { get; init; }

    /// <summary>How it came to be.</summary>
    public RuleOrigin CreatedVia { get; init; } = RuleOrigin.Added;

    /// <summary>When; null when not known (written by hand, preset).</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The user's remark; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>For rules of kits: whether the user agreed to it. Under <c>deny-all</c> a kit's allow needs that.</summary>
    public bool Consented { get; init; }

    /// <summary>What it covers, for people: <c>allow api.example.com:443 [tcp] GET /v1/**</c>.</summary>
    public override string ToString() => RuleText.Describe(this);
}
