using System.Text;
using FsCheck.Xunit;
using Sbx.Api.Http;

namespace Sbx.Tool.Tests.Api;

public sealed class HttpExchangeTests
{
    private static readonly HttpRequest Get = new("GET", "/v1/sandboxes");

    [Property]
    public void A_body_of_known_length_arrives_whole_however_it_is_cut(byte[] body, byte piece) =>
        Assert.Equal(body, ReadBody([.. Ascii($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n"), .. body], 1 + (piece % 40)));

    [Property]
    public void A_chunked_body_arrives_whole_however_it_is_cut(byte[][] chunks, byte piece)
    {
        var sent = chunks.Where(c => c.Length > 0).SelectMany(c => Ascii($"{c.Length:X}\r\n").Concat(c).Concat(Ascii("\r\n")));
        byte[] answer = [.. Ascii("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), .. sent, .. Ascii("0\r\n\r\n")];
        Assert.Equal(chunks.SelectMany(c => c), ReadBody(answer, 1 + (piece % 40)));
    }

    [Property]
    public void An_answer_that_is_cut_off_is_never_taken_for_whole(byte[] body, bool chunked, ushort cut)
    {
        byte[] answer = chunked
            ? [.. Ascii($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length + 1:x}\r\n"), .. body, 7, .. Ascii("\r\n0\r\n\r\n")]
            : [.. Ascii($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length + 1}\r\n\r\n"), .. body, 7];
        Assert.ThrowsAny<Exception>(() => ReadBody(answer[..(cut % answer.Length)], 16));
    }

    [Property]
    public void Any_bytes_are_an_answer_or_a_failure_that_closes_the_connection(byte[] bytes, bool begun)
    {
        var connection = new Trickle([.. begun ? Ascii("HTTP/1.1 200 OK\r\n") : [], .. bytes], 7);
        var failure = Record.Exception(() => Send(connection, Get));
        Assert.True(failure is null or IOException or InvalidDataException, failure?.ToString());
        Assert.Equal(failure is not null, connection.IsClosed);
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: \u0001\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\nz\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nzz\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public void What_is_not_strict_http_is_refused(string answer) => Assert.Throws<InvalidDataException>(() => ReadBody(Ascii(answer), 1000));

    [Fact]
    public void A_head_without_end_is_refused_before_it_fills_the_memory() =>
        Assert.Throws<InvalidDataException>(() => ReadBody(Ascii("HTTP/1.1 200 OK\r\nA: " + new string('x', 100_000)), 1000));

    [Fact]
    public async Task Bytes_that_came_with_the_change_of_protocol_are_not_lost()
    {
        var connection = new Trickle(Ascii("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\nfirst"), 1000);
        using var response = Send(connection, Get with { Upgrade = "sbx-exec" });
        Assert.True(response.IsUpgraded);
        var buffer = new byte[5];
        await response.Body.ReadExactlyAsync(buffer);
        Assert.Equal("first", Encoding.ASCII.GetString(buffer));
        await response.Body.WriteAsync("second"u8.ToArray());
        Assert.EndsWith("\r\n\r\nsecond", Encoding.ASCII.GetString(connection.Written.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_upload_waits_until_it_is_asked_for()
    {
        var connection = new Trickle(Ascii("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 1000);
        using var response = Send(connection, new HttpRequest("PUT", "/v1/x") { Upload = new MemoryStream("hello"u8.ToArray()) });
        Assert.Equal(200, response.Head.Status);
        Assert.EndsWith("Expect: 100-continue\r\n\r\n5\r\nhello\r\n0\r\n\r\n", Encoding.ASCII.GetString(connection.Written.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_upload_that_is_refused_is_not_read()
    {
        var body = new MemoryStream("hello"u8.ToArray());
        var connection = new Trickle(Ascii("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), 1000);
        using var response = Send(connection, new HttpRequest("PUT", "/v1/x") { Upload = body });
        Assert.Equal(404, response.Head.Status);
        Assert.Equal(0, body.Position);
    }

    [Theory]
    [InlineData("/v1/a b")]
    [InlineData("/v1/a\r\nX: y")]
    [InlineData("/v1/ä")]
    public void A_target_that_would_break_the_head_is_not_sent(string target)
    {
        var connection = new Trickle([], 1);
        Assert.Throws<ArgumentException>(() => Send(connection, new HttpRequest("GET", target)));
        Assert.Equal(0, connection.Written.Length);
    }

    private static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    private static HttpResponse Send(Trickle connection, HttpRequest request) =>
        HttpExchange.SendAsync(connection, request, [], CancellationToken.None).GetAwaiter().GetResult();

    private static byte[] ReadBody(byte[] answer, int piece)
    {
        using var response = Send(new Trickle(answer, piece), Get);
        return response.ReadToEndAsync(1_000_000, CancellationToken.None).GetAwaiter().GetResult();
    }
}
