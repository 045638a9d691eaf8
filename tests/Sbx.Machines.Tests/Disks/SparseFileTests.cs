using FsCheck.Xunit;
using Sbx.Machines.Disks;
using Sbx.Machines.Native;

namespace Sbx.Machines.Tests.Disks;

public sealed class SparseFileTests
{
    [Property(MaxTest = 30)]
    public void A_copy_has_the_same_bytes(byte[] pages, byte tail)
    {
        using var directory = new TemporaryDirectory();
        var content = Content(pages, tail);
        File.WriteAllBytes(directory["a"], content);
        using (var source = File.OpenHandle(directory["a"]))
        using (var target = File.OpenHandle(directory["b"], FileMode.CreateNew, FileAccess.ReadWrite))
            SparseFile.Copy(source, target, CancellationToken.None);
        Assert.Equal(content, File.ReadAllBytes(directory["b"]));
    }

    [Property(MaxTest = 30)]
    public void Punching_holes_changes_no_byte(byte[] pages, byte tail)
    {
        using var directory = new TemporaryDirectory();
        var content = Content(pages, tail);
        File.WriteAllBytes(directory["a"], content);
        using (var file = File.OpenHandle(directory["a"], FileMode.Open, FileAccess.ReadWrite))
            SparseFile.PunchZeroes(file, CancellationToken.None);
        Assert.Equal(content, File.ReadAllBytes(directory["a"]));
    }

    [Fact]
    public void Zeroed_pages_take_no_space_after_punching_and_stay_holes_in_a_copy()
    {
        using var directory = new TemporaryDirectory();
        var content = new byte[8 << 20];
        content[5 << 20] = 1;
        File.WriteAllBytes(directory["a"], content);
        using (var file = File.OpenHandle(directory["a"], FileMode.Open, FileAccess.ReadWrite))
        {
            SparseFile.PunchZeroes(file, CancellationToken.None);
            using var target = File.OpenHandle(directory["b"], FileMode.CreateNew, FileAccess.ReadWrite);
            SparseFile.Copy(file, target, CancellationToken.None);
        }

        Assert.InRange(FileStatus.Of(directory["a"]).AllocatedBytes, 1, 64 << 10);
        Assert.InRange(FileStatus.Of(directory["b"]).AllocatedBytes, 1, 64 << 10);
        Assert.Equal(content, File.ReadAllBytes(directory["b"]));
    }

    // Pages of zeroes where the byte is even, a tail that fills no page.
    private static byte[] Content(byte[] pages, byte tail)
    {
        var content = new byte[(pages.Length * 4096) + tail];
        for (var i = 0; i < pages.Length; i++)
        {
            if (pages[i] % 2 == 1)
                content[(i * 4096) + (pages[i] * 16)] = pages[i];
        }

        if (tail > 100)
            content[^1] = tail;
        return content;
    }
}
