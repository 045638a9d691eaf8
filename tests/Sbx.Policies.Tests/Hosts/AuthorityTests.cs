using Sbx.Policies.Hosts;

namespace Sbx.Policies.Tests.Hosts;

public sealed class AuthorityTests
{
    [Theory]
    [InlineData("example.com:443", "example.com:443")]
    [InlineData("EXAMPLE.com.:8443", "example.com:8443")]
    [InlineData("[2001:db8::1]:443", "[2001:db8::1]:443")]
    [InlineData("192.0.2.1:22", "192.0.2.1:22")]
    public void CONNECT_targets_are_read(string text, string expected)
    {
        Assert.True(Authority.TryParseConnectTarget(text, out var authority, out var problem), problem);
        Assert.Equal(expected, authority.ToString());
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("example.com:")]
    [InlineData("example.com:0")]
    [InlineData("example.com:00443")]
    [InlineData("example.com:0443")]
    [InlineData("example.com:65536")]
    [InlineData("example.com:99999999999")]
    [InlineData("example.com:+443")]
    [InlineData("example.com:4 43")]
    [InlineData("example.com:443 ")]
    [InlineData("example.com:443:443")]
    [InlineData("user@example.com:443")]
    [InlineData("2001:db8::1:443")]
    [InlineData("[2001:db8::1]443")]
    [InlineData("[2001:db8::1")]
    [InlineData("[2001:db8::1]]:443")]
    [InlineData("bücher.example:443")]
    [InlineData("example.com\0:443")]
    [InlineData(":443")]
    [InlineData("https://example.com:443")]
    public void Other_CONNECT_targets_are_refused(string text) => Assert.False(Authority.TryParseConnectTarget(text, out _, out _));

    [Fact]
    public void A_Host_header_without_a_port_takes_that_of_the_scheme()
    {
        Assert.True(Authority.TryParseHostHeader("Example.com", 443, out var authority, out _));
        Assert.Equal(new Authority(HostName.Parse("example.com"), 443), authority);
    }

    [Theory]
    [InlineData("http://example.com", "example.com:80", "/")]
    [InlineData("HTTP://example.com/a?b=c", "example.com:80", "/a?b=c")]
    [InlineData("https://example.com?x", "example.com:443", "/?x")]
    [InlineData("https://[2001:db8::1]:8443/", "[2001:db8::1]:8443", "/")]
    public void Absolute_form_is_read(string text, string authority, string target)
    {
        Assert.True(Authority.TryParseAbsoluteForm(text, out var read, out var pathAndQuery, out _, out var problem), problem);
        Assert.Equal(authority, read.ToString());
        Assert.Equal(target, pathAndQuery);
    }

    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("//example.com/")]
    [InlineData("http://user:pass@example.com/")]
    [InlineData("http://example.com\\@evil.com/")]
    [InlineData("http://example.com/a b")]
    [InlineData("http://example.com/a\r\nHost: evil.com")]
    [InlineData("http://example.com/#fragment")]
    [InlineData("http:///path")]
    [InlineData("http://")]
    public void Other_absolute_forms_are_refused(string text) => Assert.False(Authority.TryParseAbsoluteForm(text, out _, out _, out _, out _));

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("example.com:443")]
    [InlineData("bücher.example")]
    [InlineData("example.com\0")]
    public void A_server_name_is_a_plain_DNS_name(string text) => Assert.False(Authority.TryParseServerName(text, out _, out _));

    [Fact]
    public void A_server_name_is_read_like_every_host()
    {
        Assert.True(Authority.TryParseServerName("API.Example.com", out var host, out _));
        Assert.Equal(HostName.Parse("api.example.com"), host);
    }
}
