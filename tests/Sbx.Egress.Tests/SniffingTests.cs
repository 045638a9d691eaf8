using System.Buffers;
using System.Text;
using FsCheck.Xunit;
using Sbx.Egress.Sniffing;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

public sealed class SniffingTests
{
    [Fact]
    public void A_hello_gives_its_name_in_canonical_form()
    {
        Assert.Equal(ClientHelloStatus.Complete, ClientHelloParser.TryParse(Hellos.Make("API.Example"), out var hello));
        Assert.Equal("api.example", hello!.ServerName!.Value);
        Assert.False(hello.IsEncrypted);
    }

    [Fact]
    public void A_hello_without_a_name_is_complete()
    {
        Assert.Equal(ClientHelloStatus.Complete, ClientHelloParser.TryParse(Hellos.Make(null), out var hello));
        Assert.Null(hello!.ServerName);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void A_hello_spread_over_records_is_put_together(int recordSize)
    {
        var status = ClientHelloParser.TryParse(Hellos.Make("api.example", recordSize: recordSize, padding: 1500), out var hello);
        Assert.Equal((ClientHelloStatus.Complete, "api.example"), (status, hello?.ServerName?.Value));
    }

    [Fact]
    public void A_hidden_name_is_noticed()
    {
        ClientHelloParser.TryParse(Hellos.Make("api.example", encrypted: true), out var hello);
        Assert.True(hello!.IsEncrypted);
    }

    [Theory]
    [InlineData("a\0b.example")]
    [InlineData("api.example:443")]
    [InlineData("127.0.0.1")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public void A_name_that_is_no_DNS_name_makes_the_hello_invalid(string name) =>
        Assert.Equal(ClientHelloStatus.Invalid, ClientHelloParser.TryParse(Hellos.Make(name), out _));

    [Fact]
    public void Two_names_make_the_hello_invalid() =>
        Assert.Equal(ClientHelloStatus.Invalid, ClientHelloParser.TryParse(Hellos.Make("api.example", names: 2), out _));

    [Fact]
    public void A_hello_beyond_the_bound_is_invalid() =>
        Assert.Equal(ClientHelloStatus.Invalid, ClientHelloParser.TryParse(Hellos.Make("api.example", padding: 40_000), out _));

    [Fact]
    public void Every_beginning_of_a_hello_is_incomplete()
    {
        var hello = Hellos.Make("api.example", recordSize: 50);
        for (var length = 1; length < hello.Length; length++)
            Assert.Equal(ClientHelloStatus.Incomplete, ClientHelloParser.TryParse(hello.AsSpan(0, length), out _));
    }

    [Property(MaxTest = 2000)]
    public void A_damaged_hello_never_gives_another_name(int at, byte value)
    {
        var hello = Hellos.Make("api.example");
        var place = (int)((uint)at % hello.Length);
        // The name itself may of course be another one.
        var name = hello.AsSpan().IndexOf("api.example"u8);
        if (place >= name && place < name + 11)
            return;
        hello[place] = value;
        if (ClientHelloParser.TryParse(hello, out var parsed) == ClientHelloStatus.Complete)
            Assert.True(parsed!.ServerName is null or { Value: "api.example" });
    }

    [Property(MaxTest = 2000)]
    public void Random_bytes_behind_a_record_head_are_parsed_without_an_exception(byte[] noise)
    {
        byte[] bytes = [22, 3, 1, .. noise ?? []];
        ClientHelloParser.TryParse(bytes, out _);
        OpeningClassifier.TryClassify(new ReadOnlySequence<byte>(bytes), out _);
    }

    [Property(MaxTest = 1000)]
    public void Random_bytes_are_classified_alike_whole_and_in_pieces(byte[] noise)
    {
        if (noise is null or { Length: 0 })
            return;
        var known = OpeningClassifier.TryClassify(new ReadOnlySequence<byte>(noise), out var whole);
        var last = (Known: false, Kind: OpeningKind.Silent);
        for (var length = 1; length <= noise.Length && !last.Known; length++)
        {
            last.Known = OpeningClassifier.TryClassify(new ReadOnlySequence<byte>(noise, 0, length), out var opening);
            last.Kind = opening.Kind;
        }

        Assert.Equal(known, last.Known);
        if (known)
            Assert.Equal(whole.Kind, last.Kind);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", "Http")]
    [InlineData("CONNECT a:1 HTTP/1.1\r\n", "Connect")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "Http2Preface")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "Raw")]
    [InlineData("GETX", "Raw")]
    public void Openings_are_told_apart(string text, string kind)
    {
        Assert.True(OpeningClassifier.TryClassify(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text)), out var opening));
        Assert.Equal(kind, opening.Kind.ToString());
    }

    [Theory]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", true)]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nHost: A.EXAMPLE\r\nProxy-Authorization: Basic eDp5\r\n\r\n", true)]
    [InlineData("CONNECT a.example:443 HTTP/1.0\r\n\r\n", true)]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n", false)]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\nHost: a.example\r\n\r\n", false)]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\n folded\r\n\r\n", false)]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nX-A: b\nHost: c\r\n\r\n", false)]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n", false)]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", false)]
    [InlineData("CONNECT  a.example:443 HTTP/1.1\r\n\r\n", false)]
    [InlineData("CONNECT a.example:443 HTTP/2.0\r\n\r\n", false)]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nbad header: x\r\n\r\n", false)]
    public void Tunnel_requests_are_parsed_strictly(string head, bool good) =>
        Assert.Equal(good, ConnectRequest.TryParse(Encoding.Latin1.GetBytes(head), out var request, out _) && request!.Target.ToString() == "a.example:443");

    [Property(MaxTest = 2000)]
    public void A_damaged_tunnel_request_names_the_target_or_none(int at, byte value)
    {
        var head = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nX-A: b\r\n\r\n"u8.ToArray();
        head[(int)((uint)at % head.Length)] = value;
        if (ConnectRequest.TryParse(head, out var request, out _))
            Assert.Equal(request!.Target.ToString(), Encoding.ASCII.GetString(head).Split(' ')[1].ToLowerInvariant());
    }
}
