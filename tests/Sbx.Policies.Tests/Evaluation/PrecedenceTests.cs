using Sbx.Policies.Evaluation;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Tests.Evaluation;

public sealed class PrecedenceTests
{
    [Fact]
    public void An_empty_policy_denies_everything()
    {
        var policy = RuleList.Policy();
        foreach (var host in (string[])["example.com", "192.0.2.1", "localhost", "2001:db8::1"])
        {
            var decision = policy.Ask(host);
            Assert.False(decision.Allowed);
            Assert.Equal(DecisionKind.Implicit, decision.Kind);
            Assert.Null(decision.Rule);
        }
    }

    [Fact]
    public void An_allow_names_its_rule()
    {
        var decision = RuleList.Policy("allow example.com").Ask("example.com");
        Assert.True(decision.Allowed);
        Assert.Equal(DecisionKind.Explicit, decision.Kind);
        Assert.Contains(decision.Rule!.Id, decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("allow api.example.com", "deny **")]
    [InlineData("allow api.example.com", "deny **.example.com")]
    [InlineData("allow api.example.com:443", "deny api.example.com")]
    [InlineData("allow **", "deny api.example.com")]
    [InlineData("allow@box api.example.com", "deny *.example.com")]
    [InlineData("allow api.example.com", "deny@box api.example.com:443")]
    [InlineData("allow api.example.com", "deny ap?.example.com")]
    public void A_deny_wins_whatever_its_scope_and_however_wide_it_is(string allow, string deny)
    {
        foreach (var policy in (PolicySnapshot[])[RuleList.Policy(allow, deny), RuleList.Policy(deny, allow)])
        {
            var decision = policy.Ask("api.example.com", sandbox: "box");
            Assert.False(decision.Allowed);
            Assert.Equal(DecisionKind.Explicit, decision.Kind);
            Assert.Equal(RuleDecision.Deny, decision.Rule!.Decision);
        }
    }

    [Fact]
    public void Rules_of_a_sandbox_apply_to_that_one_alone()
    {
        var policy = RuleList.Policy("allow@box example.com");
        Assert.True(policy.Ask("example.com", sandbox: "box").Allowed);
        Assert.False(policy.Ask("example.com", sandbox: "other").Allowed);
        Assert.False(policy.Ask("example.com").Allowed);
    }

    [Fact]
    public void Allows_of_all_scopes_add_up()
    {
        var policy = RuleList.Policy("allow a.example", "allow@box b.example");
        Assert.True(policy.Ask("a.example", sandbox: "box").Allowed);
        Assert.True(policy.Ask("b.example", sandbox: "box").Allowed);
    }

    [Fact]
    public void An_allow_is_for_TCP_unless_it_says_UDP_and_a_deny_for_both()
    {
        Assert.False(RuleList.Policy("allow example.com").Ask("example.com", protocol: NetworkProtocol.Udp).Allowed);
        Assert.True(RuleList.Policy("allow example.com [udp]").Ask("example.com", protocol: NetworkProtocol.Udp).Allowed);
        Assert.False(RuleList.Policy("allow example.com [udp]").Ask("example.com").Allowed);
        Assert.False(RuleList.Policy("allow ** [tcp,udp]", "deny example.com").Ask("example.com", protocol: NetworkProtocol.Udp).Allowed);
    }

    [Theory]
    [InlineData("EXAMPLE.com")]
    [InlineData("example.com.")]
    [InlineData("ExAmPlE.CoM.")]
    public void Another_spelling_of_a_denied_host_is_denied(string host)
        => Assert.False(RuleList.Policy("allow **", "deny example.com").Ask(host).Allowed);

    [Fact]
    public void A_query_without_a_valid_destination_is_refused()
    {
        Assert.False(RuleList.Policy("allow **").Evaluate(default).Allowed);
        Assert.False(RuleList.Policy("allow **").Ask("example.com", port: 0).Allowed);
        Assert.False(RuleList.Policy("allow **").Ask("example.com", port: 65536).Allowed);
    }
}
