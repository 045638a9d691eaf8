using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;
using Sbx.Policies.Rules;
using HostName = Sbx.Policies.Hosts.HostName;

namespace Sbx.Policies.Tests.Evaluation;

public sealed class EvaluatorPropertyTests
{
    private static readonly string[] Hosts = ["a.test", "b.test", "x.a.test", "y.x.a.test", "crl1.test", "192.0.2.1", "10.0.0.1", "localhost", "127.0.0.1", "2001:db8::1", "test"];
    private static readonly string[] Patterns = ["a.test", "*.test", "**.test", "**.a.test", "*.a.test", "crl?.test", "*.*.a.test", "**", "192.0.2.0/24", "10.0.0.0/8", "10.0.0.1", "localhost:443", "a.test:443", "**:80", "[2001:db8::1]", "[ab].test"];

    public static Arbitrary<Rule[]> RuleSets()
    {
        var rule = from pattern in Gen.Elements(Patterns)
                   from deny in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
                   select new Rule { Id = $"r-{pattern}-{deny}", Decision = deny ? RuleDecision.Deny : RuleDecision.Allow, Resources = [HostPattern.Parse(pattern)], Scope = RuleScope.Global };
        return rule.ListOf().Select(l => l.Take(6).ToArray()).ToArbitrary();
    }

    // The index must agree with the plain reading of the rules, one by one.
    [Property(MaxTest = 1000)]
    public Property The_index_decides_like_a_walk_over_all_rules() => Prop.ForAll(RuleSets(), rules =>
    {
        var policy = PolicySnapshot.FromRules(rules);
        foreach (var text in Hosts)
        {
            foreach (var port in (int[])[443, 80])
            {
                var host = HostName.Parse(text);
                var matching = rules.Where(r => r.Resources[0].Matches(host, port) || (host.IsHostLoopback && r.Resources[0].MatchesAddress(HostName.Parse("127.0.0.1").Address, port))).ToList();
                var address = host.IsHostLoopback ? HostName.Parse("127.0.0.1").Address : host.IsAddress ? host.Address : (HostAddress?)null;
                var expected = matching.Any(r => r.Decision == RuleDecision.Allow) && matching.All(r => r.Decision == RuleDecision.Allow)
                    && (address is null || AddressFloor.Reason(address.Value) is null || matching.Any(r => AddressFloor.Lifts(r.Resources[0], address.Value, port)));
                if (policy.Evaluate(new PolicyQuery(host, port)).Allowed != expected)
                    return false;
            }
        }

        return true;
    });

    [Property(MaxTest = 500)]
    public Property Adding_a_deny_never_allows_more() => Prop.ForAll(RuleSets(), Gen.Elements(Patterns).ToArbitrary(), (rules, pattern) =>
    {
        var before = PolicySnapshot.FromRules(rules);
        var after = PolicySnapshot.FromRules([.. rules, new Rule { Id = "new", Decision = RuleDecision.Deny, Resources = [HostPattern.Parse(pattern)], Scope = RuleScope.Global }]);
        return Hosts.All(h => !after.Ask(h).Allowed || before.Ask(h).Allowed);
    });

    [Property(MaxTest = 500)]
    public Property The_order_of_rules_makes_no_difference() => Prop.ForAll(RuleSets(), rules =>
    {
        var forward = PolicySnapshot.FromRules(rules);
        var backward = PolicySnapshot.FromRules(rules.Reverse());
        return Hosts.All(h => forward.Ask(h).Allowed == backward.Ask(h).Allowed);
    });

    [Property(MaxTest = 2000)]
    public bool No_request_text_makes_the_evaluator_throw_or_print_control_characters(string? method, string? path)
    {
        var policy = RuleList.Policy("allow a.test GET /v1/**", "deny a.test ANY /admin/**");
        var decision = policy.Evaluate(new PolicyQuery(HostName.Parse("a.test"), 443) { Method = method, Path = path });
        return !decision.Reason.Any(char.IsControl);
    }
}
