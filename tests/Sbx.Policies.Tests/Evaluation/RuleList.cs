using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Tests.Evaluation;

/// <summary>Builds policies for tests from short texts: <c>allow example.com</c>, <c>deny@box 10.0.0.0/8</c>, <c>allow x.com GET,HEAD /v1/**</c>.</summary>
internal static class RuleList
{
    public static PolicySnapshot Policy(params string[] rules) => PolicySnapshot.FromRules(Rules(rules));

    public static IEnumerable<Rule> Rules(params string[] rules) => rules.SelectMany(Parse);

    public static PolicyDecision Ask(this PolicySnapshot policy, string host, int port = 443, string? resolved = null, string? request = null, string? sandbox = null, NetworkProtocol protocol = NetworkProtocol.Tcp)
        => policy.Evaluate(new PolicyQuery(HostName.Parse(host), port, protocol)
        {
            Sandbox = sandbox,
            ResolvedAddress = resolved is null ? null : System.Net.IPAddress.Parse(resolved),
            Method = request?.Split(' ')[0],
            Path = request?.Split(' ')[1],
        });

    private static IReadOnlyList<Rule> Parse(string text)
    {
        var parts = text.Split(' ');
        var head = parts[0].Split('@');
        return new RuleRequest
        {
            Decision = head[0] == "allow" ? RuleDecision.Allow : RuleDecision.Deny,
            Resources = [parts[1]],
            Protocol = parts.Length > 2 && parts[2].StartsWith("[", StringComparison.Ordinal) ? parts[2].Trim('[', ']') : null,
            Method = parts.Length > 2 && !parts[2].StartsWith("[", StringComparison.Ordinal) ? parts[2] : null,
            Path = parts.Length > 3 ? parts[3] : null,
        }.ToRules(head.Length > 1 ? RuleScope.Sandbox(head[1]) : RuleScope.Global, DateTimeOffset.UnixEpoch);
    }
}
