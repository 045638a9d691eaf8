using Microsoft.Extensions.Time.Testing;
using Sbx.Machines.Native;
using Sbx.Machines.Warm;

namespace Sbx.Machines.Tests.Warm;

public sealed class WarmImageStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly WarmImageStore _store;

    public WarmImageStoreTests() => _store = new WarmImageStore(_directory["warm"], _time);

    [Fact]
    public async Task A_published_image_is_found_whole()
    {
        Assert.Null(_store.Find("k"));
        await PublishAsync("k");
        var found = _store.Find("k")!;
        Assert.True(found.Meta.Usable);
        Assert.Null(found.Damage());
        Assert.InRange(_store.Size(), 4096, 1 << 20);
    }

    [Fact]
    public async Task A_changed_state_or_memory_is_noticed_even_with_its_old_time()
    {
        var image = await PublishAsync("k");
        var time = File.GetLastWriteTimeUtc(image.Ram);
        await Task.Delay(20); // older kernels stamp changes in steps of 10 ms at most
        await File.WriteAllTextAsync(image.State, "stat3");
        Assert.Contains("state", image.Damage(), StringComparison.Ordinal);

        image = await PublishAsync("k");
        await Task.Delay(20);
        await using (var ram = File.OpenWrite(image.Ram))
            ram.WriteByte(1);
        File.SetLastWriteTimeUtc(image.Ram, time);
        Assert.Contains("memory", image.Damage(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_memory_is_noticed()
    {
        var image = await PublishAsync("k");
        File.Delete(image.Ram);
        Assert.NotNull(image.Damage());
    }

    [Fact]
    public async Task What_an_interrupted_maker_left_is_removed_by_the_next()
    {
        string left;
        using (await _store.LockAsync(CancellationToken.None))
        {
            left = _store.NewTemporary();
            await File.WriteAllTextAsync(Path.Combine(left, "ram"), "half");
        }

        using (await _store.LockAsync(CancellationToken.None))
            _store.NewTemporary();
        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public async Task Only_one_maker_holds_the_lock()
    {
        var first = await _store.LockAsync(CancellationToken.None);
        var second = new WarmImageStore(_directory["warm"], _time).LockAsync(CancellationToken.None);
        Assert.False(second.IsCompleted);
        first.Dispose();
        while (!second.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await second).Dispose();
    }

    [Fact]
    public async Task Trimming_removes_what_was_not_used_for_a_month_and_keeps_the_rest()
    {
        await PublishAsync("old");
        var used = await PublishAsync("used");
        _time.Advance(TimeSpan.FromDays(20));
        used.Touch(_time.GetUtcNow());
        _time.Advance(TimeSpan.FromDays(20));
        Assert.InRange(_store.Trim(), 1, long.MaxValue);
        Assert.Null(_store.Find("old"));
        Assert.NotNull(_store.Find("used"));
    }

    [Fact]
    public async Task Trimming_removes_images_whose_kernel_is_gone_and_directories_that_are_none()
    {
        await PublishAsync("k");
        File.Delete(_directory["kernel"]);
        Directory.CreateDirectory(Path.Combine(_directory["warm"], "junk"));
        _store.Trim();
        Assert.Empty(Directory.GetDirectories(_directory["warm"]));
    }

    [Fact]
    public async Task An_image_that_did_not_restore_is_remembered_for_a_day()
    {
        await PublishAsync("k", usable: false);
        Assert.False(_store.Find("k")!.Meta.Usable);
        _time.Advance(TimeSpan.FromHours(25));
        Assert.Null(_store.Find("k"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"usable\": \"yes\"}")]
    public async Task A_damaged_record_is_no_image(string json)
    {
        var image = await PublishAsync("k");
        await File.WriteAllTextAsync(Path.Combine(image.Directory, "meta.json"), json);
        Assert.Null(_store.Find("k"));
    }

    public void Dispose() => _directory.Dispose();

    private async Task<WarmImage> PublishAsync(string key, bool usable = true)
    {
        await File.WriteAllTextAsync(_directory["kernel"], "kernel");
        using var held = await _store.LockAsync(CancellationToken.None);
        var directory = _store.NewTemporary();
        await File.WriteAllTextAsync(Path.Combine(directory, "ram"), "memory");
        await File.WriteAllTextAsync(Path.Combine(directory, "state"), "state");
        var status = FileStatus.Of(Path.Combine(directory, "ram"));
        var image = new WarmImage(directory, new WarmImageMeta
        {
            Usable = usable,
            MadeAt = _time.GetUtcNow(),
            ImageDigest = "d",
            Inputs = [_directory["kernel"]],
            QemuVersion = "v",
            StateHash = WarmImage.HashOf(Path.Combine(directory, "state")),
            RamInode = status.Inode,
            RamChanged = status.ChangedNanoseconds,
        });
        image.Write();
        return _store.Publish(image, key);
    }
}
