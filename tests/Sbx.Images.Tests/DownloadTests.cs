using System.Globalization;
using Sbx.Api.Errors;
using Sbx.Images.Tests.Support;

namespace Sbx.Images.Tests;

public sealed class DownloadTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_package_comes_from_a_feed()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        using var test = Against(feed, package);
        Assert.Equal(package.Entry.Digest, (await test.Store.GetTemplateAsync("shell", null, None)).Digest);
        Assert.Equal([""], feed.Requests);
        Assert.DoesNotContain(test.CacheFiles(), f => f.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_download_continues_where_it_broke_off()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        (feed.BreakAfter, feed.Faults) = (300_000, 2);
        using var test = Against(feed, package);
        await test.Store.GetTemplateAsync("shell", null, None);
        // How much arrives before a connection breaks is the network's business; each request starts after what did.
        Assert.Equal(3, feed.Requests.Count);
        Assert.Equal("", feed.Requests[0]);
        var starts = feed.Requests.Skip(1).Select(r => int.Parse(r["bytes=".Length..^1], CultureInfo.InvariantCulture)).ToList();
        Assert.True(starts[0] > 0 && starts[1] > starts[0], string.Join(' ', feed.Requests));
    }

    [Fact]
    public async Task A_download_that_an_earlier_process_began_is_continued()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        using var test = Against(feed, package);
        await LeavePartAsync(test, package.Bytes[..500_000]);
        await test.Store.GetTemplateAsync("shell", null, None);
        Assert.Equal(["bytes=500000-"], feed.Requests);
    }

    [Fact]
    public async Task A_feed_without_ranges_is_read_from_the_start()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        feed.IgnoresRanges = true;
        using var test = Against(feed, package);
        await LeavePartAsync(test, new byte[500_000]);
        Assert.Equal(package.Entry.Digest, (await test.Store.GetTemplateAsync("shell", null, None)).Digest);
    }

    [Fact]
    public async Task A_complete_part_is_not_downloaded_again()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        using var test = Against(feed, package);
        await LeavePartAsync(test, package.Bytes);
        Assert.Equal(package.Entry.Digest, (await test.Store.GetTemplateAsync("shell", null, None)).Digest);
        Assert.Single(feed.Requests);
    }

    [Fact]
    public async Task A_part_of_something_else_is_refused_and_the_next_attempt_succeeds()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        using var test = Against(feed, package);
        await LeavePartAsync(test, new byte[500_000]);
        await Assert.ThrowsAsync<SbxException>(() => test.Store.GetTemplateAsync("shell", null, None));
        Assert.Empty(test.CacheFiles());
        Assert.Equal(package.Entry.Digest, (await test.Store.GetTemplateAsync("shell", null, None)).Digest);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_feed_in_passing_trouble_is_asked_again(int status)
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        (feed.FaultStatus, feed.Faults) = (status, 2);
        using var test = Against(feed, package);
        Assert.Equal(package.Entry.Digest, (await test.Store.GetTemplateAsync("shell", null, None)).Digest);
        Assert.Equal(3, feed.Requests.Count);
    }

    [Fact]
    public async Task A_feed_that_refuses_is_not_asked_again_and_is_named()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        (feed.FaultStatus, feed.Faults) = (403, 100);
        using var test = Against(feed, package);
        var error = await Assert.ThrowsAsync<SbxException>(() => test.Store.GetTemplateAsync("shell", null, None));
        Assert.Equal(ErrorCode.Image, error.Code);
        Assert.Contains("403", error.Message, StringComparison.Ordinal);
        Assert.Contains(new Uri(feed.Index).Authority, error.Message, StringComparison.Ordinal);
        Assert.Single(feed.Requests);
    }

    [Fact]
    public async Task An_unreachable_feed_is_named_with_what_to_do()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync(package);
        using var test = Against(feed, package);
        await feed.DisposeAsync();
        var error = await Assert.ThrowsAsync<SbxException>(() => test.Store.GetTemplateAsync("shell", null, None));
        Assert.Equal(ErrorCode.Image, error.Code);
        Assert.Contains("could not be fetched", error.Message, StringComparison.Ordinal);
        Assert.Contains("SBX_NUGET_SOURCE", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_grew_is_refused_before_it_fills_the_disk()
    {
        var package = TestPackage.Template();
        await using var feed = await TestFeed.StartAsync();
        feed.Add(package.Entry.Id, package.Entry.Version, new byte[8 << 20]);
        using var test = Against(feed, package);
        var error = await Assert.ThrowsAsync<SbxException>(() => test.Store.GetTemplateAsync("shell", null, None));
        Assert.Equal(ErrorCode.Image, error.Code);
        Assert.Empty(test.CacheFiles());
    }

    [Fact]
    public async Task A_cancelled_download_keeps_its_part_for_the_next_time()
    {
        var package = TestPackage.Template(size: 4 << 20);
        await using var feed = await TestFeed.StartAsync(package);
        using var test = Against(feed, package);
        using var cancel = new CancellationTokenSource();
        var progress = new CancelAfter(1 << 20, cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Store.GetTemplateAsync("shell", progress, cancel.Token));
        await test.Store.GetTemplateAsync("shell", null, None);
        Assert.Equal("", feed.Requests[0]);
        Assert.StartsWith("bytes=", feed.Requests[1], StringComparison.Ordinal);
    }

    private static TestStore Against(TestFeed feed, TestPackage package)
    {
        var test = new TestStore(TestPackage.Guest(), package);
        test.EmptyFeed();
        test.Options = test.Options with { ExtraSource = feed.Index };
        return test;
    }

    private static async Task LeavePartAsync(TestStore test, byte[] content)
    {
        var family = Directory.CreateDirectory(Path.Combine(test.Options.CacheDirectory, "sbx.test.template"));
        await File.WriteAllBytesAsync(Path.Combine(family.FullName, "1.0.0.part"), content);
    }

    private sealed class CancelAfter(long bytes, CancellationTokenSource source) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value)
        {
            if (value.Bytes >= bytes)
                source.Cancel();
        }
    }
}
