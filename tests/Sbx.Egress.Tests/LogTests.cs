using Microsoft.AspNetCore.Http;
using Sbx.Egress.Log;
using Sbx.Egress.Tests.Harness;

namespace Sbx.Egress.Tests;

public sealed class LogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sbx-log-").FullName;

    private string File_ => Path.Combine(_directory, "egress.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Rows_come_back_as_written_after_the_log_is_opened_again()
    {
        EgressRow row;
        await using (var log = Open())
        {
            row = Row(log, "a.example") with { Path = "/x", Status = 200, BytesSent = 5, BytesReceived = 7, Duration = TimeSpan.FromMicroseconds(1234), Credential = "openai", Rule = "r1" };
            log.Write(row);
        }

        await using var again = Open();
        Assert.Equal(row, Assert.Single(again.Rows(new EgressLogQuery())));
        Assert.True(again.NextId() > row.Id);
    }

    [Fact]
    public async Task The_file_is_readable_by_its_owner_alone()
    {
        await using var log = Open();
        log.Write(Row(log, "a.example"));
        await log.FlushAsync(CancellationToken.None);
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Directory.GetFiles(_directory))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Destinations_are_summed_up_with_their_last_time_and_count()
    {
        await using var log = Open();
        var start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);
        for (var i = 0; i < 3; i++)
            log.Write(Row(log, "a.example") with { Time = start.AddSeconds(i) });
        log.Write(Row(log, "evil.example") with { Allowed = false, Reason = "no rule", Time = start });
        log.Write(Row(log, "a.example") with { Sandbox = "other", Time = start });
        await log.FlushAsync(CancellationToken.None);

        var summary = log.Summarize(new EgressLogQuery { Sandbox = "demo" });

        var allowed = Assert.Single(summary.Allowed);
        Assert.Equal(("a.example", 3L, start.AddSeconds(2), start), (allowed.Host, allowed.Count, allowed.LastSeen, allowed.Since));
        Assert.Equal(("evil.example", "no rule"), (Assert.Single(summary.Blocked).Host, summary.Blocked[0].Reason));
        Assert.Single(log.Rows(new EgressLogQuery { DeniedOnly = true }));
        Assert.Equal(2, log.Rows(new EgressLogQuery { Since = start.AddSeconds(1) }).Count);
        Assert.Contains("\"blocked_hosts\":[{\"host\":\"evil.example:443\",\"vm_name\":\"demo\",\"proxy_type\":\"forward\"", EgressLogJson.Write(summary), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tunnel_is_one_row_that_is_completed_at_its_end()
    {
        await using var log = Open();
        var row = Row(log, "a.example");
        log.Write(row);
        log.Write(row with { BytesReceived = 9 });
        await log.FlushAsync(CancellationToken.None);

        Assert.Equal(9, Assert.Single(log.Rows(new EgressLogQuery())).BytesReceived);
    }

    [Fact]
    public async Task A_follower_sees_new_rows_and_no_others()
    {
        await using var log = Open();
        log.Write(Row(log, "old.example"));
        await log.FlushAsync(CancellationToken.None);
        await using var following = log.FollowAsync(new EgressLogQuery { DeniedOnly = true }, CancellationToken.None).GetAsyncEnumerator();
        var next = following.MoveNextAsync();
        log.Write(Row(log, "fine.example"));
        log.Write(Row(log, "evil.example") with { Allowed = false });

        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("evil.example", following.Current.Host);
    }

    [Fact]
    public async Task The_file_stays_within_its_size_and_keeps_the_latest_rows()
    {
        await using var log = EgressLog.Open(File_, new EgressLogOptions { MaximumBytes = 1 << 20, Gather = TimeSpan.Zero, QueueLength = 100_000 }, TimeProvider.System);
        long last = 0;
        for (var batch = 0; batch < 20; batch++)
        {
            for (var i = 0; i < 500; i++)
            {
                var row = Row(log, "a.example") with { Path = "/" + new string('x', 500) };
                last = row.Id;
                log.Write(row);
            }

            await log.FlushAsync(CancellationToken.None);
        }

        Assert.True(new FileInfo(File_).Length < 3 << 20);
        Assert.Equal(last, log.Rows(new EgressLogQuery { Limit = 1 })[0].Id);
        Assert.True(log.Rows(new EgressLogQuery { Limit = 100_000 }).Count is > 100 and < 5000);
    }

    [Fact]
    public async Task A_flood_is_bounded_and_its_loss_is_written_down()
    {
        // Row 37.
        await using var log = EgressLog.Open(File_, new EgressLogOptions { QueueLength = 10, Gather = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
        for (var i = 0; i < 20_000; i++)
            log.Write(Row(log, "a.example"));
        await log.FlushAsync(CancellationToken.None);
        log.Write(Row(log, "b.example"));
        await log.FlushAsync(CancellationToken.None);

        Assert.True(log.Health.LostRows > 0);
        Assert.Contains(log.Rows(new EgressLogQuery { Limit = 50_000 }), row => row.Host == "(log)" && row.Reason.Contains("rows are missing here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_holds_no_more_than_its_bound_whatever_a_guest_sends()
    {
        await using var log = Open();
        log.Write(Row(log, "a.example") with { Path = new string('x', 100_000) });
        await log.FlushAsync(CancellationToken.None);

        Assert.Equal(2048, log.Rows(new EgressLogQuery())[0].Path!.Length);
    }

    [Theory]
    [InlineData("\u001b]0;title\u0007", "\\x1b]0;title\\x07")]
    [InlineData("a\r\nb", "a\\x0d\\x0ab")]
    [InlineData("\u202egnp.exe", "\\u202egnp.exe")]
    [InlineData("\u009b31m", "\\x9b31m")]
    [InlineData("plain /päth?", "plain /päth?")]
    public void Text_for_a_terminal_has_no_control_characters(string text, string clean) => Assert.Equal(clean, LogText.Printable(text));

    [Fact]
    public void Half_a_character_is_escaped() => Assert.Equal("a\\ud800b", LogText.Printable("a" + (char)0xd800 + "b"));

    [Fact]
    public async Task Control_characters_from_a_guest_are_escaped_in_JSON()
    {
        // Row 36.
        await using var log = Open();
        var json = EgressLogJson.Write(Row(log, "a.example") with { Path = "/\u001b[2J\u009b\n\u202e" });

        Assert.DoesNotContain(json, c => c is < ' ' or > '~');
        Assert.Contains("\\u001B[2J", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_refused_while_the_log_cannot_be_written_where_that_is_wanted()
    {
        await using var door = new Door { RefuseWhenNotLogged = true };
        var web = await door.AddUpstreamAsync("plain.example", context => context.Response.WriteAsync("ok"), port: 80);
        await door.Allow("plain.example").StartAsync();
        using var client = door.Client();
        Assert.Equal("ok", await client.GetStringAsync("http://plain.example/"));
        await door.RowsAsync(1);

        await door.BreakLogAsync();
        using var response = await client.GetAsync("http://plain.example/");

        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("log cannot be written", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(web.Seen);
    }

    private EgressLog Open() => EgressLog.Open(File_, new EgressLogOptions { Gather = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);

    private static EgressRow Row(EgressLog log, string host) => new()
    {
        Id = log.NextId(), Time = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000), Sandbox = "demo", SandboxId = "id", Proxy = ProxyKind.Forward,
        Host = host, Port = 443, Method = "GET", Allowed = true,
    };
}
