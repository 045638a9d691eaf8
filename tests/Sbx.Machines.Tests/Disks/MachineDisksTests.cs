using Sbx.Api.Errors;
using Sbx.Machines.Disks;
using Sbx.Machines.Native;
using Sbx.Machines.Processes;

namespace Sbx.Machines.Tests.Disks;

public sealed class MachineDisksTests : IDisposable
{
    private const long GiB = 1L << 30;
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData(GiB / 4)]
    [InlineData(20 * GiB)]
    public async Task A_new_disk_is_a_sound_empty_ext4_of_its_size_that_takes_little_space(long bytes)
    {
        await Disks().CreateAsync(_directory["disk"], bytes, CancellationToken.None);
        Assert.Equal(bytes, new FileInfo(_directory["disk"]).Length);
        Assert.InRange(FileStatus.Of(_directory["disk"]).AllocatedBytes, 1, 4 << 20);
        var check = await Programs.RunAsync(Programs.Find("e2fsck")!, ["-f", "-n", _directory["disk"]], CancellationToken.None);
        Assert.True(check.ExitCode == 0, check.Output);
    }

    [Fact]
    public async Task Many_disks_can_be_made_at_once_by_several_processes_sharing_a_cache()
    {
        var makers = new[] { Disks(), Disks() };
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => makers[i % 2].CreateAsync(_directory[$"disk{i}"], GiB, CancellationToken.None)));
        Assert.Single(Directory.GetFiles(_directory["cache"]));
        Assert.Equal(12, Directory.GetFiles(_directory.Path).Length);
    }

    [Fact]
    public async Task What_exists_is_not_overwritten()
    {
        await File.WriteAllTextAsync(_directory["disk"], "mine");
        await Assert.ThrowsAsync<IOException>(() => Disks().CreateAsync(_directory["disk"], GiB, CancellationToken.None));
        Assert.Equal("mine", await File.ReadAllTextAsync(_directory["disk"]));
        Assert.Single(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task A_cancelled_disk_leaves_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Disks().CreateAsync(_directory["disk"], GiB, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_full_disk_is_recognized_and_worded()
    {
        var error = Assert.Throws<IOException>(() =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write([1]);
        });
        Assert.True(DiskSpace.IsFull(error));
        Assert.False(DiskSpace.IsFull(new FileNotFoundException()));
        Assert.Equal(ErrorCode.Exhausted, DiskSpace.Exhausted("/data", error).Code);
    }

    public void Dispose() => _directory.Dispose();

    private MachineDisks Disks() => new(_directory["cache"]);
}
