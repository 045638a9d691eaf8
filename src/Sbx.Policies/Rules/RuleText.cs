using Sbx.Policies.Patterns;

namespace Sbx.Policies.Rules;

/// <summary>Rules as text and the checks on what a rule may combine.</summary>
internal static class RuleText
{
    public static string Describe(Rule rule)
    {
        var resources = rule.Resources.Count > 3
            ? string.Join(',', rule.Resources.Take(3)) + $",… ({rule.Resources.Count})"
            : string.Join(',', rule.Resources);
        var text = $"{(rule.Decision == RuleDecision.Allow ? "allow" : "deny")} {resources} [{Protocols(rule.Protocols)}]";
        if (!rule.IsHttp)
            return text;
        return $"{text} {(rule.Methods.Count == 0 ? "ANY" : string.Join(',', rule.Methods))} {rule.Path?.Text ?? "/**"}";
    }

    public static string Protocols(NetworkProtocol protocols) => protocols switch
    {
        NetworkProtocol.Tcp => "tcp",
        NetworkProtocol.Udp => "udp",
        _ => "tcp,udp",
    };

    public static NetworkProtocol ParseProtocols(IEnumerable<string> names)
    {
        var protocols = NetworkProtocol.None;
        foreach (var name in names)
        {
            protocols |= name.Trim().ToLowerInvariant() switch
            {
                "tcp" => NetworkProtocol.Tcp,
                "udp" => NetworkProtocol.Udp,
                _ => throw new PolicyException($"'{Hosts.Printable.Text(name)}' is not a protocol.", "Protocols: tcp, udp, or tcp,udp."),
            };
        }

        return protocols != NetworkProtocol.None ? protocols : throw new PolicyException("The list of protocols is empty.", "Protocols: tcp, udp, or tcp,udp.");
    }

    /// <summary>Refuses combinations that could not be enforced.</summary>
    public static void Check(RuleDecision decision, HostPattern resource, NetworkProtocol protocols, bool hasMethod, PathPattern? path)
    {
        if (path is not null && !hasMethod)
            throw new PolicyException($"The rule for '{resource}' has a path but no method.", "Add --method GET,POST, or --method ANY for all.");
        if ((hasMethod || path is not null) && resource.IsAddress)
            throw new PolicyException($"The rule for '{resource}' has a method or path, which rules for an address cannot have.", "Name the host, or leave --method and --path out.");
        if ((hasMethod || path is not null) && protocols.HasFlag(NetworkProtocol.Udp))
            throw new PolicyException($"The rule for '{resource}' has a method or path, which UDP does not have.", "Leave --protocol out, or --method and --path.");
        if (decision == RuleDecision.Allow && resource is { IsHostLoopback: true, Port: null })
            throw new PolicyException("A rule that allows the host's loopback names one port.", "Write for example localhost:11434.");
    }
}
