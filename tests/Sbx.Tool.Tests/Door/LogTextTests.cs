using System.Globalization;
using System.Text.Json;
using FsCheck.Xunit;
using Sbx.Api.Contracts;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;

namespace Sbx.Tool.Tests.Door;

public sealed class LogTextTests
{
    private static readonly RequestText Text = new(TimeZoneInfo.Utc);

    [Fact]
    public void A_request_is_one_line() => Assert.Equal(
        "09:05:03.250 24-Nov  shell-app  POST     api.openai.com:443/v1/responses  200  1.5 KiB  20 KiB  812 ms  openai  default-ai\n", Text.Line(Samples.Request()));

    [Fact]
    public void A_refused_request_says_so_with_rule_and_reason() => Assert.EndsWith(
        "  403  1.5 KiB  20 KiB  812 ms  -  DENIED r2 denied by a local rule\n",
        Text.Line(Samples.Request() with { Allowed = false, Status = 403, Credential = null, Rule = "r2", Reason = "denied by a local rule" }));

    [Fact]
    public void A_tunnel_that_is_open_and_a_raw_connection_are_told_apart()
    {
        var tunnel = Samples.Request() with { Method = null, Path = null, Status = null, DurationMilliseconds = 0, Proxy = "forward-bypass" };
        Assert.Contains("  CONNECT  api.openai.com:443  open  ", Text.Line(tunnel));
        Assert.Contains("  -        [2001:db8::1]  -  ", Text.Line(tunnel with { Proxy = "network", Host = "2001:db8::1", Port = 0, DurationMilliseconds = 5 }));
    }

    [Theory]
    [InlineData(0, " - ")]
    [InlineData(1.26, " 1.3 ms ")]
    [InlineData(1234, " 1.2 s ")]
    [InlineData(125_000, " 2m 5s ")]
    [InlineData(double.MaxValue, "d ")]
    public void Durations_are_in_the_unit_that_fits(double milliseconds, string text) =>
        Assert.Contains(text, Text.Line(Samples.Request() with { DurationMilliseconds = milliseconds }));

    [Fact]
    public void Requests_make_a_table_and_as_json_a_line_each()
    {
        Assert.StartsWith("TIME                 SANDBOX    METHOD  TARGET", Text.Table([Samples.Request()], bold: false));
        var line = RequestText.Json(Samples.Request());
        Assert.Equal(1, line.Count(c => c == '\n'));
        var root = JsonDocument.Parse(line).RootElement;
        Assert.Equal("api.openai.com", root.GetProperty("host").GetString());
        Assert.Equal(1536, root.GetProperty("bytes_sent").GetInt64());
    }

    [Fact]
    public void The_summary_has_sections_for_what_was_blocked_and_what_was_allowed()
    {
        var host = new EgressHost
        {
            Host = "x.example:443", Sandbox = "ci", Proxy = "forward", Rule = "r2", Reason = "no rule", Count = 3,
            LastSeen = new DateTimeOffset(2026, 11, 4, 8, 0, 1, TimeSpan.Zero), Since = default,
        };
        Assert.Equal(
            """
            Blocked requests:
            SANDBOX  TYPE     HOST           PROXY    RULE  REASON   LAST SEEN       COUNT
            ci       network  x.example:443  forward  r2    no rule  08:00:01 4-Nov  3

            Allowed requests:
            SANDBOX  TYPE     HOST           PROXY    RULE  REASON  LAST SEEN       COUNT
            ci       network  x.example:443  forward                08:00:01 4-Nov  3

            """,
            new SummaryText(TimeZoneInfo.Utc, bold: false).Of(new EgressSummary([host], [host with { Rule = null, Reason = "" }])));
        Assert.StartsWith("Allowed requests:\n", new SummaryText(TimeZoneInfo.Utc, bold: false).Of(new EgressSummary([], [host])));
        var json = JsonSerializer.SerializeToElement(new EgressSummary([host], []), DoorJson.Default.EgressSummary).GetProperty("blocked_hosts")[0];
        Assert.Equal("ci", json.GetProperty("vm_name").GetString());
        Assert.Equal(3, json.GetProperty("count_since").GetInt64());
    }

    [Property(MaxTest = 500)]
    public void Nothing_that_a_guest_sends_reaches_the_terminal_raw(string? host, string? path, string? reason, int seed)
    {
        // Strings of the generator are mostly letters; this draws from what a terminal or a reader could be deceived with.
        var random = new Random(seed);
        var evil = string.Concat(Enumerable.Range(0, 400).Select(_ => Evil[random.Next(Evil.Length)]));
        var request = Samples.Request() with { Host = host + evil, Path = evil + path, Method = evil[..5], Reason = reason + evil, Sandbox = evil[5..9], Credential = evil, Rule = evil, Allowed = false };
        AssertOneSafeLine(Text.Line(request));
        Assert.All(Text.Table([request], bold: false).Split('\n')[..^1], l => AssertOneSafeLine(l + "\n"));
        var seen = new EgressHost { Host = request.Host, Sandbox = "x", Proxy = "forward", Reason = request.Reason, Rule = evil, LastSeen = request.Time, Since = request.Time, Count = 1 };
        Assert.Equal(3, new SummaryText(TimeZoneInfo.Utc, bold: false).Of(new EgressSummary([seen], [])).Count(c => c == '\n'));
        Assert.DoesNotContain(RequestText.Json(request)[..^1], c => c is < ' ' or > '~');
    }

    [Property(MaxTest = 500)]
    public void What_is_printable_is_left_as_it_is_and_what_is_not_is_escaped(string? text)
    {
        var safe = Printable.Line(text ?? "");
        AssertOneSafeLine(safe + "\n");
        Assert.Equal(safe, Printable.Line(safe));
    }

    [Theory]
    [InlineData("grün 日本 😀", "grün 日本 😀")]
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("a\u200bb\u00ad", "a\\u200bb\\u00ad")]
    [InlineData("\U000e0041", "\\udb40\\udc41")]
    [InlineData("\ue000", "\\ue000")]
    public void Format_characters_and_private_use_are_escaped(string text, string safe) => Assert.Equal(safe, Printable.Line(text));

    // Not as a case of the theory: a lone surrogate does not survive the way into one.
    [Fact]
    public void Lone_surrogates_are_escaped() => Assert.Equal("\\ud800x\\udc00", Printable.Line("\ud800x\udc00"));

    private static readonly string[] Evil = ["\e", "\u009b", "\n", "\r", "\t", "\0", "\u007f", "\u202e", "\u2066", "\u200f", "\u2028", "\ud83d", "\ude00", "\U000e0001", "\U0001f600", "\ue0b0", "a", "]52;c;", "ü"];

    private static void AssertOneSafeLine(string line)
    {
        Assert.EndsWith("\n", line);
        for (var i = 0; i < line.Length - 1; i++)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(line, i);
            Assert.False(category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator, $"U+{(int)line[i]:x4} at {i}");
            if (char.IsHighSurrogate(line[i]))
                i++;
        }
    }
}
