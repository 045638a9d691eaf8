using Sbx.Policies.Patterns;

namespace Sbx.Policies.Rules;

/// <summary>What is asked for when rules are added: one rule per resource. Texts are the user's.</summary>
public sealed record RuleRequest
{
    /// <summary>Allow or deny.</summary>
    public required RuleDecision Decision { get; init; }

    /// <summary>Host patterns; each may be a comma-separated list.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>Protocols such as <c>tcp,udp</c>; null takes tcp for allow, both for deny.</summary>
    public string? Protocol { get; init; }

    /// <summary>Methods such as <c>GET,HEAD</c>, or <c>ANY</c>; null for a rule that does not look into HTTP.</summary>
    public string? Method { get; init; }

    /// <summary>Path such as <c>/v1/**</c>; needs <see cref="Method"/>.</summary>
    public string? Path { get; init; }

    /// <summary>A remark; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>Local or Kit.</summary>
    public RuleSource Source { get; init; }

    /// <summary>How the rules come to be.</summary>
    public RuleOrigin CreatedVia { get; init; } = RuleOrigin.Added;

    /// <summary>For rules of kits: whether the user agreed.</summary>
    public bool Consented { get; init; }

    /// <summary>Protocols of a rule that names none.</summary>
    internal static NetworkProtocol DefaultProtocols(RuleDecision decision, bool isHttp)
        => decision == RuleDecision.Allow || isHttp ? NetworkProtocol.Tcp : NetworkProtocol.Tcp | NetworkProtocol.Udp;

    /// <summary>The rules, checked.</summary>
    /// <param name="scope">To what they apply.</param>
    /// <param name="now">Time of creation.</param>
    /// <exception cref="PolicyException">Something of it is not valid.</exception>
    public IReadOnlyList<Rule> ToRules(RuleScope scope, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var methods = Method is null ? [] : HttpMethods.Parse(Method);
        var path = Path is null ? null : PathPattern.Parse(Path);
        var protocols = Protocol is null ? DefaultProtocols(Decision, Method is not null) : RuleText.ParseProtocols(Protocol.Split(','));
        var resources = Resources.SelectMany(HostPattern.ParseList).Distinct().ToList();
        if (resources.Count == 0)
            throw new PolicyException("A rule needs a host.", "Name one or more, separated by commas.");
        foreach (var resource in resources)
            RuleText.Check(Decision, resource, protocols, Method is not null, path);
        return
        [
            .. resources.Select(resource => new Rule
            {
                Id = "r-" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(5)),
                Decision = Decision,
                Resources = [resource],
                Protocols = protocols,
                Methods = methods,
                Path = path ?? (Method is null ? null : PathPattern.Parse("/**")),
                Scope = scope,
                Source = Source,
                CreatedVia = CreatedVia,
                CreatedAt = now,
                Note = Note,
                Consented = Consented,
            }),
        ];
    }
}
