using Sbx.Policies.Evaluation;

namespace Sbx.Policies.Tests.Evaluation;

public sealed class HttpRuleTests
{
    [Fact]
    public void A_host_with_method_or_path_rules_has_to_be_inspected()
    {
        var policy = RuleList.Policy("allow api.example GET,HEAD /v1/**", "allow plain.example", "allow mixed.example", "deny mixed.example DELETE /**");
        Assert.True(policy.Ask("api.example") is { Allowed: true, RequiresInspection: true });
        Assert.True(policy.Ask("mixed.example") is { Allowed: true, RequiresInspection: true });
        Assert.True(policy.Ask("plain.example") is { Allowed: true, RequiresInspection: false });
        Assert.True(policy.Ask("api.example", request: "GET /v1/x") is { Allowed: true, RequiresInspection: false });
    }

    [Theory]
    [InlineData("GET /v1/models", true)]
    [InlineData("HEAD /v1/models?x=1", true)]
    [InlineData("GET /v1", true)]
    [InlineData("POST /v1/models", false)]
    [InlineData("get /v1/models", false)]
    [InlineData("GET /v2/models", false)]
    [InlineData("GET /V1/models", false)]
    [InlineData("GET /v1/../v2", false)]
    [InlineData("GET /v1/%2e%2e/v2", false)]
    [InlineData("GET /v1%2fmodels", false)]
    [InlineData("GET //v1/models", false)]
    [InlineData("GET /v1\\models", false)]
    [InlineData("GET /v1/models;x", false)]
    [InlineData("GET *", false)]
    public void An_allow_with_method_and_path_lets_through_what_it_says(string request, bool allowed)
        => Assert.Equal(allowed, RuleList.Policy("allow api.example GET,HEAD /v1/**").Ask("api.example", request: request).Allowed);

    [Theory]
    [InlineData("DELETE /repos/x", false)]
    [InlineData("delete /repos/x", false)]
    [InlineData("DELETE /REPOS/x", false)]
    [InlineData("DELETE /repos", false)]
    [InlineData("DELETE /repos/", false)]
    [InlineData("GET /repos/x", true)]
    [InlineData("DELETE /other", true)]
    [InlineData("DELETE /x/../repos/x", false)]
    [InlineData("DELETE /%72epos/x", false)]
    public void A_deny_with_method_and_path_takes_out_what_it_says_in_any_spelling(string request, bool allowed)
        => Assert.Equal(allowed, RuleList.Policy("allow api.example", "deny api.example DELETE /repos/**").Ask("api.example", request: request).Allowed);

    [Fact]
    public void A_path_that_is_not_canonical_is_refused_where_rules_look_at_paths_and_only_there()
    {
        var policy = RuleList.Policy("allow api.example", "deny api.example ANY /admin/**", "allow registry.example");
        var refused = policy.Ask("api.example", request: "GET /a/../b");
        Assert.False(refused.Allowed);
        Assert.Contains("canonical", refused.Reason, StringComparison.Ordinal);
        Assert.True(policy.Ask("registry.example", request: "GET /@scope%2fname").Allowed);
    }

    [Fact]
    public void An_allow_with_method_and_path_narrows_wider_and_equal_allows_but_not_closer_ones()
    {
        var carved = RuleList.Policy("allow **", "allow **.example", "allow api.example", "allow api.example GET /**");
        Assert.True(carved.Ask("api.example", request: "GET /x").Allowed);
        Assert.False(carved.Ask("api.example", request: "POST /x").Allowed);
        Assert.True(carved.Ask("other.example", request: "POST /x").Allowed);

        var readOnlyWeb = RuleList.Policy("allow ** GET /**", "allow api.example");
        Assert.True(readOnlyWeb.Ask("api.example", request: "POST /x") is { Allowed: true });
        Assert.False(readOnlyWeb.Ask("api.example").RequiresInspection);
        Assert.True(readOnlyWeb.Ask("web.test", request: "GET /x").Allowed);
        Assert.False(readOnlyWeb.Ask("web.test", request: "POST /x").Allowed);
    }

    [Fact]
    public void Several_allows_with_method_and_path_add_up()
    {
        var policy = RuleList.Policy("allow api.example GET /a/**", "allow api.example POST /b");
        Assert.True(policy.Ask("api.example", request: "GET /a/x").Allowed);
        Assert.True(policy.Ask("api.example", request: "POST /b").Allowed);
        Assert.False(policy.Ask("api.example", request: "POST /a/x").Allowed);
    }

    [Fact]
    public void The_reason_for_a_refused_request_names_request_and_rule_without_control_characters()
    {
        var decision = RuleList.Policy("allow api.example GET /a/**").Evaluate(
            new PolicyQuery(Sbx.Policies.Hosts.HostName.Parse("api.example"), 443) { Method = "PO\u001b[31mST", Path = "/\r\nx" });
        Assert.False(decision.Allowed);
        Assert.DoesNotContain(decision.Reason, char.IsControl);
        Assert.Contains("api.example", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("allow 192.0.2.1 GET /x")]
    [InlineData("allow 10.0.0.0/8 GET /x")]
    [InlineData("allow api.example FETCH /x")]
    [InlineData("allow api.example GET x")]
    [InlineData("allow api.example GET,ANY /x")]
    public void Rules_that_could_not_be_enforced_are_refused(string rule) => Assert.Throws<PolicyException>(() => RuleList.Policy(rule));

    [Fact]
    public void A_path_needs_a_method()
    {
        var request = new Sbx.Policies.Rules.RuleRequest { Decision = Sbx.Policies.Rules.RuleDecision.Allow, Resources = ["api.example"], Path = "/x" };
        Assert.Contains("--method", Assert.Throws<PolicyException>(() => request.ToRules(Sbx.Policies.Rules.RuleScope.Global, default)).Hint, StringComparison.Ordinal);
    }
}
