namespace Sbx.Policies.Tests.Evaluation;

public sealed class AddressFloorTests
{
    public static TheoryData<string> Below { get; } =
    [
        "127.0.0.2", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.255",
        "100.100.100.200", "168.63.129.16", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.1", "192.0.0.192", "198.18.0.1",
        "::", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fd12::1", "ff02::1", "::2", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1", "2001::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.2", "::ffff:169.254.169.254", "::ffff:0:10.0.0.1", "100::1",
    ];

    public static TheoryData<string> Public { get; } =
    [
        "1.1.1.1", "8.8.8.8", "192.0.2.1", "198.51.100.7", "203.0.113.9", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "9.255.255.255", "11.0.0.0", "169.253.0.1",
        "126.255.255.255", "128.0.0.1", "2606:4700::1111", "2001:db8::1", "2a00:1450::1", "::ffff:8.8.8.8",
    ];

    [Theory]
    [MemberData(nameof(Below))]
    public void Neither_a_name_nor_a_wildcard_opens_an_address_below_the_floor(string address)
    {
        var policy = RuleList.Policy("allow **", "allow rebind.example", "allow 0.0.0.0/0", "allow ::/0");
        Assert.True(policy.Ask("rebind.example").Allowed);
        var resolved = policy.Ask("rebind.example", resolved: address);
        Assert.False(resolved.Allowed);
        Assert.Contains("resolves to", resolved.Reason, StringComparison.Ordinal);
        Assert.False(policy.Ask(address).Allowed);
        Assert.False(policy.Ask(address, resolved: address).Allowed);
    }

    [Theory]
    [MemberData(nameof(Public))]
    public void Public_addresses_and_the_documentation_ranges_need_no_rule_of_their_own(string address)
    {
        var policy = RuleList.Policy("allow **");
        Assert.True(policy.Ask("web.example", resolved: address).Allowed);
        Assert.True(policy.Ask(address, resolved: address).Allowed);
    }

    [Theory]
    [MemberData(nameof(Below))]
    public void A_rule_that_names_the_address_lifts_the_floor_for_it_and_its_port_alone(string address)
    {
        var literal = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        var policy = RuleList.Policy("allow intern.example", $"allow {literal}:8080");
        Assert.True(policy.Ask(address, 8080, resolved: address).Allowed);
        Assert.True(policy.Ask("intern.example", 8080, resolved: address).Allowed);
        Assert.False(policy.Ask("intern.example", 443, resolved: address).Allowed);
        Assert.False(policy.Ask("other.example", 8080, resolved: address).Allowed);
    }

    [Fact]
    public void A_block_inside_the_range_lifts_the_floor_and_a_wider_one_does_not()
    {
        Assert.True(RuleList.Policy("allow 10.1.0.0/16").Ask("10.1.2.3", resolved: "10.1.2.3").Allowed);
        Assert.True(RuleList.Policy("allow 10.0.0.0/8").Ask("10.1.2.3", resolved: "10.1.2.3").Allowed);
        Assert.False(RuleList.Policy("allow 8.0.0.0/6").Ask("10.1.2.3", resolved: "10.1.2.3").Allowed);
        Assert.True(RuleList.Policy("allow 8.0.0.0/6").Ask("8.1.2.3", resolved: "8.1.2.3").Allowed);
    }

    [Theory]
    [InlineData("169.254.169.254", "169.254.0.0/16")]
    [InlineData("fd00:ec2::254", "fc00::/7")]
    [InlineData("100.100.100.200", "100.64.0.0/10")]
    public void Cloud_metadata_is_not_opened_by_a_block(string address, string block)
    {
        Assert.False(RuleList.Policy($"allow {block}").Ask(address, 80, resolved: address).Allowed);
        Assert.False(RuleList.Policy($"allow {block}", "allow metadata.example").Ask("metadata.example", 80, resolved: address).Allowed);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("host.docker.internal")]
    [InlineData("::ffff:127.0.0.1")]
    public void One_rule_with_a_port_opens_the_host_loopback_under_all_its_names(string name)
    {
        foreach (var rule in (string[])["localhost:11434", "127.0.0.1:11434", "[::1]:11434", "host.docker.internal:11434"])
        {
            var policy = RuleList.Policy($"allow {rule}");
            Assert.True(policy.Ask(name, 11434).Allowed);
            Assert.True(policy.Ask(name, 11434, resolved: "127.0.0.1").Allowed);
            Assert.True(policy.Ask(name, 11434, resolved: "::1").Allowed);
            Assert.False(policy.Ask(name, 11435).Allowed);
            Assert.False(policy.Ask(name, 11434, resolved: "10.0.0.1").Allowed);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("host.docker.internal")]
    public void A_deny_of_any_name_of_the_loopback_closes_all_of_them(string denied)
    {
        var policy = RuleList.Policy("allow localhost:80", $"deny {denied}");
        foreach (var name in (string[])["localhost", "127.0.0.1", "::1", "host.docker.internal"])
            Assert.False(policy.Ask(name, 80).Allowed);
    }

    [Fact]
    public void Everything_does_not_include_the_host_loopback()
    {
        Assert.False(RuleList.Policy("allow **").Ask("localhost", 80).Allowed);
        Assert.False(RuleList.Policy("allow **", "allow 0.0.0.0/0").Ask("127.0.0.1", 80, resolved: "127.0.0.1").Allowed);
        Assert.Throws<PolicyException>(() => RuleList.Policy("allow localhost"));
        Assert.Throws<PolicyException>(() => RuleList.Policy("allow 127.0.0.1"));
    }

    [Theory]
    [InlineData("deny 203.0.113.0/24")]
    [InlineData("deny 203.0.113.7")]
    [InlineData("deny 203.0.113.7:443")]
    [InlineData("deny@box 203.0.113.0/24")]
    public void A_denied_address_is_denied_when_an_allowed_name_resolves_to_it(string deny)
    {
        var policy = RuleList.Policy("allow web.example", deny);
        Assert.True(policy.Ask("web.example", sandbox: "box").Allowed);
        var decision = policy.Ask("web.example", resolved: "203.0.113.7", sandbox: "box");
        Assert.False(decision.Allowed);
        Assert.Equal(Sbx.Policies.Evaluation.DecisionKind.Explicit, decision.Kind);
        Assert.False(policy.Ask("web.example", resolved: "::ffff:203.0.113.7", sandbox: "box").Allowed);
        Assert.True(policy.Ask("web.example", resolved: "198.51.100.1", sandbox: "box").Allowed);
    }

    [Fact]
    public void An_allowed_block_does_not_allow_names_that_resolve_into_it()
        => Assert.False(RuleList.Policy("allow 203.0.113.0/24").Ask("web.example", resolved: "203.0.113.7").Allowed);
}
