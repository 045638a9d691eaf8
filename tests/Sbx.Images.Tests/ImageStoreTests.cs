using Sbx.Api.Errors;
using Sbx.Images.Tests.Support;

namespace Sbx.Images.Tests;

public sealed class ImageStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_guest_comes_from_a_folder_with_the_contents_of_its_package()
    {
        using var test = new TestStore(TestPackage.Guest(content: "the kernel"), TestPackage.Template());
        var guest = await test.Store.GetGuestAsync(null, None);
        Assert.Equal("the kernel", await File.ReadAllTextAsync(guest.KernelPath));
        Assert.Equal("initramfs", await File.ReadAllTextAsync(guest.InitramfsPath));
        Assert.Equal(64, guest.Digest.Length);
    }

    [Fact]
    public async Task The_digest_is_of_the_contents_and_not_of_the_version()
    {
        using var one = new TestStore(TestPackage.Guest("1.0.0"));
        using var two = new TestStore(TestPackage.Guest("2.0.0"));
        using var other = new TestStore(TestPackage.Guest("1.0.0", "another kernel"));
        var digest = (await one.Store.GetGuestAsync(null, None)).Digest;
        Assert.Equal(digest, (await two.Store.GetGuestAsync(null, None)).Digest);
        Assert.NotEqual(digest, (await other.Store.GetGuestAsync(null, None)).Digest);
    }

    [Fact]
    public async Task What_was_fetched_once_needs_no_source_again()
    {
        using var test = new TestStore();
        var first = await test.Store.GetTemplateAsync("shell", null, None);
        test.EmptyFeed();
        Assert.Equal(first, await test.Store.GetTemplateAsync("shell", null, None));
    }

    [Fact]
    public async Task An_unknown_template_is_refused_with_the_names_of_the_known_ones()
    {
        using var test = new TestStore();
        var error = await Assert.ThrowsAsync<SbxException>(() => test.Store.GetTemplateAsync("shel", null, None));
        Assert.Equal(ErrorCode.NotFound, error.Code);
        Assert.Contains("'shel'", error.Message, StringComparison.Ordinal);
        Assert.Contains("shell", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_is_on_no_source_is_named_with_the_sources_asked()
    {
        using var test = new TestStore();
        test.EmptyFeed();
        var error = await Assert.ThrowsAsync<SbxException>(() => test.Store.GetGuestAsync(null, None));
        Assert.Equal(ErrorCode.Image, error.Code);
        Assert.Contains("Sbx.Test.Guest 1.0.0", error.Message, StringComparison.Ordinal);
        Assert.Contains(test.Feed, error.Message, StringComparison.Ordinal);
        Assert.Empty(test.CacheFiles());
    }

    [Fact]
    public async Task A_package_with_another_hash_is_refused_and_nothing_of_it_is_kept()
    {
        using var test = new TestStore(TestPackage.Guest());
        await File.WriteAllBytesAsync(Path.Combine(test.Feed, "Sbx.Test.Guest.1.0.0.nupkg"), TestPackage.Guest(content: "evil").Bytes);
        var error = await Assert.ThrowsAsync<SbxException>(() => test.Store.GetGuestAsync(null, None));
        Assert.Equal(ErrorCode.Image, error.Code);
        Assert.Contains("SHA-512", error.Message, StringComparison.Ordinal);
        Assert.Empty(test.CacheFiles());
    }

    [Fact]
    public async Task Files_with_other_times_but_right_contents_are_not_fetched_again()
    {
        using var test = new TestStore();
        var guest = await test.Store.GetGuestAsync(null, None);
        test.EmptyFeed();
        File.SetLastWriteTimeUtc(guest.KernelPath, DateTime.UnixEpoch);
        Assert.Equal(guest, await test.Store.GetGuestAsync(null, None));
    }

    [Theory]
    [InlineData("kernem")]
    [InlineData("kernel, longer")]
    [InlineData(null)]
    public async Task A_damaged_file_is_fetched_again(string? damage)
    {
        using var test = new TestStore();
        var guest = await test.Store.GetGuestAsync(null, None);
        if (damage is null)
            File.Delete(guest.KernelPath);
        else
            await File.WriteAllTextAsync(guest.KernelPath, damage);
        File.SetLastWriteTimeUtc(Path.GetDirectoryName(guest.KernelPath)!, DateTime.UnixEpoch);
        Assert.Equal(guest, await test.Store.GetGuestAsync(null, None));
        Assert.Equal("kernel", await File.ReadAllTextAsync(guest.KernelPath));
    }

    [Fact]
    public async Task Two_stores_at_once_fetch_one_package_once()
    {
        var package = TestPackage.Template(size: 8 << 20);
        await using var feed = await TestFeed.StartAsync(package);
        using var test = new TestStore(TestPackage.Guest(), package);
        test.EmptyFeed();
        test.Options = test.Options with { ExtraSource = feed.Index };
        var images = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => test.Store.GetTemplateAsync("shell", null, None))));
        Assert.Single(images.Distinct());
        Assert.Single(feed.Requests);
    }

    [Fact]
    public async Task A_rebuilt_list_is_noticed_without_a_new_store()
    {
        using var test = new TestStore(TestPackage.Guest("1.0.0", "old"));
        var store = test.Store;
        var before = await store.GetGuestAsync(null, None);
        test.Expect(TestPackage.Guest("1.0.1", "newer kernel"));
        File.SetLastWriteTimeUtc(test.Options.PayloadsPath, DateTime.UtcNow.AddSeconds(5));
        var after = await store.GetGuestAsync(null, None);
        Assert.NotEqual(before.Digest, after.Digest);
        Assert.Equal("old", await File.ReadAllTextAsync(before.KernelPath));
    }

    [Fact]
    public async Task Versions_that_nothing_needs_are_removed_and_those_in_use_are_found_by_digest()
    {
        var (old, inUse, current) = (TestPackage.Template("1.0.0", 1000), TestPackage.Template("1.1.0", 2000), TestPackage.Template("1.2.0", 3000));
        using var test = new TestStore();
        foreach (var package in (TestPackage[])[old, inUse, current])
        {
            test.Expect(TestPackage.Guest(), package);
            await test.Store.GetTemplateAsync("shell", null, None);
        }

        Assert.True(test.Store.RemoveUnused([inUse.Entry.Digest]) >= 1000);
        Assert.Null(test.Store.FindTemplate(old.Entry.Digest));
        Assert.Equal("1.1.0", test.Store.FindTemplate(inUse.Entry.Digest)?.Version);
        Assert.Equal("shell", test.Store.FindTemplate(current.Entry.Digest)?.Name);
    }

    [Fact]
    public async Task Clearing_leaves_no_image_behind()
    {
        using var test = new TestStore();
        await test.Store.GetGuestAsync(null, None);
        await test.Store.GetTemplateAsync("shell", null, None);
        Assert.True(test.Store.SizeOnDisk() > 1 << 20);
        test.Store.Clear();
        Assert.Empty(test.CacheFiles());
        Assert.Equal(0, test.Store.SizeOnDisk());
        Assert.All(test.Store.ListTemplates(), t => Assert.False(t.IsFetched));
    }

    [Fact]
    public async Task Templates_are_listed_before_and_after_they_are_fetched()
    {
        using var test = new TestStore();
        Assert.False(Assert.Single(test.Store.ListTemplates()).IsFetched);
        var fetched = await test.Store.GetTemplateAsync("shell", null, None);
        Assert.Equal(fetched, Assert.Single(test.Store.ListTemplates()));
    }

    [Fact]
    public async Task Too_little_space_is_said_before_anything_is_fetched()
    {
        using var test = new TestStore();
        test.Options = test.Options with { FreeSpace = static _ => 1000 };
        var error = await Assert.ThrowsAsync<SbxException>(() => test.Store.GetTemplateAsync("shell", null, None));
        Assert.Equal(ErrorCode.Exhausted, error.Code);
        Assert.Contains("SBX_CACHE_DIR", error.Hint, StringComparison.Ordinal);
        Assert.Empty(test.CacheFiles());
    }

    [Fact]
    public async Task What_a_killed_process_left_half_made_is_removed()
    {
        using var test = new TestStore();
        var abandoned = Path.Combine(test.Options.CacheDirectory, "sbx.test.guest", "1.0.0.tmp-dead");
        Directory.CreateDirectory(abandoned);
        await File.WriteAllTextAsync(Path.Combine(abandoned, "vmlinux"), "half");
        await test.Store.GetGuestAsync(null, None);
        Assert.False(Directory.Exists(abandoned));
    }

    [Fact]
    public void A_missing_list_says_how_to_get_it()
    {
        using var test = new TestStore();
        File.Delete(test.Options.PayloadsPath);
        var error = Assert.Throws<SbxException>(() => test.Store.ListTemplates());
        Assert.Equal(ErrorCode.Image, error.Code);
        Assert.Contains("Reinstall", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_ends_with_all_bytes()
    {
        using var test = new TestStore();
        var seen = new List<ImageProgress>();
        await test.Store.GetTemplateAsync("shell", new Immediate(seen.Add), None);
        var last = seen[^1];
        Assert.Equal(ImageStage.Unpacking, last.Stage);
        Assert.Equal(last.Total, last.Bytes);
    }

    private sealed class Immediate(Action<ImageProgress> report) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value) => report(value);
    }
}
