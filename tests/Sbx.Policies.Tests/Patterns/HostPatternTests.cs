using FsCheck.Xunit;
using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;
using Sbx.Policies.Tests.Hosts;

namespace Sbx.Policies.Tests.Patterns;

public sealed class HostPatternTests
{
    [Theory]
    [InlineData("example.com", "example.com", 443, true)]
    [InlineData("example.com", "example.com", 8080, true)]
    [InlineData("example.com", "EXAMPLE.COM.", 443, true)]
    [InlineData("example.com", "www.example.com", 443, false)]
    [InlineData("example.com", "notexample.com", 443, false)]
    [InlineData("*.example.com", "api.example.com", 443, true)]
    [InlineData("*.example.com", "example.com", 443, false)]
    [InlineData("*.example.com", "a.b.example.com", 443, false)]
    [InlineData("*.example.com", "evil-example.com", 443, false)]
    [InlineData("**.example.com", "a.example.com", 443, true)]
    [InlineData("**.example.com", "a.b.c.example.com", 443, true)]
    [InlineData("**.example.com", "example.com", 443, false)]
    [InlineData("**.example.com", "evilexample.com", 443, false)]
    [InlineData("**.example.com", "a.example.com.evil.com", 443, false)]
    [InlineData("api?.example.com", "api1.example.com", 443, true)]
    [InlineData("api?.example.com", "api.example.com", 443, false)]
    [InlineData("api?.example.com", "api12.example.com", 443, false)]
    [InlineData("api[12].example.com", "api2.example.com", 443, true)]
    [InlineData("api[12].example.com", "api3.example.com", 443, false)]
    [InlineData("api[!1].example.com", "api2.example.com", 443, true)]
    [InlineData("api[!1].example.com", "api1.example.com", 443, false)]
    [InlineData("api[a-c].example.com", "apib.example.com", 443, true)]
    [InlineData("api[a-c].example.com", "apid.example.com", 443, false)]
    [InlineData("crl*.example.com", "crl.example.com", 443, true)]
    [InlineData("crl*.example.com", "crl3-x.example.com", 443, true)]
    [InlineData("crl*.example.com", "crl.x.example.com", 443, false)]
    [InlineData("a.*.example.com", "a.b.example.com", 443, true)]
    [InlineData("a.*.example.com", "x.b.example.com", 443, false)]
    [InlineData("*.*.example.com", "a.b.example.com", 443, true)]
    [InlineData("example.com:443", "example.com", 443, true)]
    [InlineData("example.com:443", "example.com", 80, false)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", 443, true)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", 80, false)]
    [InlineData("[2001:db8::1]", "2001:db8:0::1", 80, true)]
    [InlineData("10.0.0.0/8", "10.255.0.1", 22, true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", 22, false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", 22, true)]
    [InlineData("10.0.0.0/8:22", "10.0.0.1", 22, true)]
    [InlineData("10.0.0.0/8:22", "10.0.0.1", 23, false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", 443, true)]
    [InlineData("[2001:db8::/32]:443", "2001:db8::1", 80, false)]
    [InlineData("0.0.0.0/0", "8.8.8.8", 443, true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", 443, false)]
    [InlineData("**", "anything.example", 1, true)]
    [InlineData("**", "8.8.8.8", 1, true)]
    [InlineData("**:443", "anything.example", 80, false)]
    [InlineData("localhost:8080", "host.docker.internal", 8080, true)]
    [InlineData("host.docker.internal:8080", "127.0.0.1", 8080, true)]
    [InlineData("127.0.0.1:8080", "localhost", 8080, true)]
    [InlineData("[::1]:8080", "localhost", 8080, true)]
    [InlineData("localhost:8080", "127.0.0.1", 8081, false)]
    [InlineData("bücher.example", "xn--bcher-kva.example", 443, true)]
    [InlineData("*.bücher.example", "a.xn--bcher-kva.example", 443, true)]
    public void Patterns_cover_what_the_table_says(string pattern, string host, int port, bool expected)
        => Assert.Equal(expected, HostPattern.Parse(pattern).Matches(HostName.Parse(host), port));

    [Theory]
    [InlineData("*", "**")]
    [InlineData("", "Forms")]
    [InlineData("2001:db8::1", "[2001:db8::1]")]
    [InlineData("https://example.com", "--path")]
    [InlineData("example.com/path", "--path")]
    [InlineData("10.0.0.1/path", "--path")]
    [InlineData("example.com:", "Forms")]
    [InlineData("example.com:0", "Forms")]
    [InlineData("example.com:70000", "Forms")]
    [InlineData("example.com:*", "Forms")]
    [InlineData("a.**.example.com", "Forms")]
    [InlineData("a**.example.com", "Forms")]
    [InlineData("**example.com", "Forms")]
    [InlineData("**.*.example.com", "Forms")]
    [InlineData("***.example.com", "Forms")]
    [InlineData("**.", "Forms")]
    [InlineData("*.", "**")]
    [InlineData("a*", "**")]
    [InlineData("[ab.example.com", "Forms")]
    [InlineData("[].example.com", "Forms")]
    [InlineData("[b-a].example.com", "Forms")]
    [InlineData("a..example.com", "Forms")]
    [InlineData("exa mple.com", "Forms")]
    [InlineData("user@example.com", "Forms")]
    [InlineData("10.0.0.0/33", "10.0.0.0/8")]
    [InlineData("10.0.0.1/8", "10.0.0.0/8")]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    [InlineData("10.0.0.0/08", "10.0.0.0/8")]
    [InlineData("10.0.0.0/", "10.0.0.0/8")]
    [InlineData("0x7f.1", "Forms")]
    [InlineData("2130706433", "Forms")]
    [InlineData("[example.com]:443", "Forms")]
    [InlineData("[2001:db8::1]:", "Forms")]
    [InlineData("[2001:db8::1]x", "Forms")]
    [InlineData("**.10.0.0.1", "Forms")]
    [InlineData("example.com\u001b[31m", "Forms")]
    public void Patterns_that_are_not_valid_are_refused_with_a_way_out(string pattern, string helps)
    {
        var error = Assert.Throws<PolicyException>(() => HostPattern.Parse(pattern));
        Assert.Contains(helps, error.Message + error.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message + error.Hint, char.IsControl);
    }

    [Property(MaxTest = 3000, Arbitrary = [typeof(PatternTexts)])]
    public bool What_is_accepted_reads_back_as_itself(string text)
    {
        HostPattern pattern;
        try
        {
            pattern = HostPattern.Parse(text);
        }
        catch (PolicyException)
        {
            return true;
        }

        return HostPattern.Parse(pattern.Text).Equals(pattern);
    }

    [Property(MaxTest = 2000, Arbitrary = [typeof(HostTexts)])]
    public bool A_host_is_covered_by_itself_and_by_everything_and_not_by_what_is_below_it(string text)
    {
        if (!HostName.TryParse(text, out var host))
            return true;
        return HostPattern.Parse(host.UriForm).Matches(host, 443) && HostPattern.Parse("**").Matches(host, 443)
            && (host.IsAddress || !HostPattern.Parse("**." + host).Matches(host, 443));
    }

    [Fact]
    public void A_hostile_glob_is_matched_in_time_that_does_not_explode()
    {
        var pattern = HostPattern.Parse(string.Concat(Enumerable.Repeat("*a", 30)) + ".example.com");
        Assert.False(pattern.Matches(HostName.Parse(new string('a', 62) + "b.example.com"), 443));
    }
}
