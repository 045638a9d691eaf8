using Sbx.Policies.Hosts;

namespace Sbx.Policies.Tests.Hosts;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.Com", "example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("my_bucket.s3.amazonaws.com", "my_bucket.s3.amazonaws.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1.", "192.0.2.1")]
    [InlineData("[2001:DB8:0:0::1]", "2001:db8::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:a00:1", "10.0.0.1")]
    [InlineData("[::FFFF:169.254.169.254]", "169.254.169.254")]
    public void A_host_is_read_into_its_canonical_form(string text, string canonical)
    {
        Assert.True(HostName.TryParse(text, out var host, out var problem), problem);
        Assert.Equal(canonical, host.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData("a.b..")]
    [InlineData(".example.com")]
    [InlineData("exa mple.com")]
    [InlineData(" example.com")]
    [InlineData("example.com\0.evil.com")]
    [InlineData("example.com\r\nX: y")]
    [InlineData("example.com\t")]
    [InlineData("example.com\u007f")]
    [InlineData("ex%61mple.com")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("user@example.com")]
    [InlineData("example.com/")]
    [InlineData("example.com:443")]
    [InlineData("example.com\\evil")]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("[example.com]")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[]")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("127.1")]
    [InlineData("127.0.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.0.0.01")]
    [InlineData("127.0.0.256")]
    [InlineData("1.2.3.4.5")]
    [InlineData("127.0.0.0x1")]
    [InlineData("example.0x")]
    [InlineData("example.123")]
    [InlineData("::1::")]
    [InlineData(":::1")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("::ffff:127.1")]
    [InlineData("::ffff:0177.0.0.1")]
    [InlineData("ｅxample.com")]
    [InlineData("example。com")]
    [InlineData("example．com")]
    [InlineData("１２７.0.0.1")]
    [InlineData("exam\u200bple.com")]
    [InlineData("exam\u00adple.com")]
    [InlineData("\u202eexample.com")]
    [InlineData("①②⑦.com")]
    public void A_host_that_could_be_read_in_two_ways_is_refused(string text)
    {
        Assert.False(HostName.TryParse(text, out _, out var problem));
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Fact]
    public void Length_bounds_are_those_of_DNS()
    {
        var label = new string('a', 63);
        Assert.True(HostName.TryParse($"{label}.{label}.{label}.{new string('a', 61)}", out _));
        Assert.False(HostName.TryParse($"{label}.{label}.{label}.{new string('a', 62)}", out _));
        Assert.False(HostName.TryParse($"{label}a.com", out _));
        Assert.False(HostName.TryParse(new string('ü', 200) + ".com", out _));
        Assert.False(HostName.TryParse(new string('a', 10_000_000), out _));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("host.docker.internal")]
    [InlineData("Host.Docker.Internal.")]
    public void All_names_of_the_host_loopback_are_one_resource(string text)
        => Assert.Equal(HostName.Localhost, HostName.Parse(text).Resource);

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("localhost.example.com")]
    [InlineData("localhost.localdomain")]
    [InlineData("notlocalhost")]
    public void Other_hosts_are_their_own_resource(string text)
        => Assert.NotEqual(HostName.Localhost, HostName.Parse(text).Resource);

    [Fact]
    public void A_refusal_does_not_repeat_control_characters()
    {
        var error = Assert.Throws<PolicyException>(() => HostName.Parse("a\u001b[31mb\r\nc"));
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.NotNull(error.Hint);
    }
}
