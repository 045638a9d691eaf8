using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using Sbx.Api.Errors;
using Sbx.Tool.Copying;

namespace Sbx.Tool.Tests.Copying;

public sealed class CopyingTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sbx-copy-").FullName;

    private readonly List<string> _notices = [];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("box:/a/b", "box", "/a/b", false, false)]
    [InlineData("box:/a/", "box", "/a", false, true)]
    [InlineData("box:/a/.", "box", "/a", true, false)]
    [InlineData("box:/", "box", "/", false, true)]
    [InlineData("a/b", null, "a/b", false, false)]
    [InlineData("./box:/a", null, "./box:/a", false, false)]
    [InlineData("/box:x", null, "/box:x", false, false)]
    [InlineData(".", null, ".", true, false)]
    [InlineData("a_b:/c", null, "a_b:/c", false, false)]
    public void A_side_of_a_copy_is_a_sandbox_and_path_or_a_path(string text, string? sandbox, string path, bool contents, bool directory) =>
        Assert.Equal(new CopyEndpoint(sandbox, path, contents, directory), CopyEndpoint.Parse(text));

    [Fact]
    public async Task A_tree_that_is_packed_and_unpacked_is_the_same()
    {
        var tree = Directory.CreateDirectory(Path.Combine(_root, "tree/deep")).Parent!.FullName;
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        File.WriteAllBytes(Path.Combine(tree, "deep/b.bin"), bytes);
        File.WriteAllText(Path.Combine(tree, "name with blank ß"), "x");
        File.WriteAllText(Path.Combine(tree, new string('n', 200)), "long");
        File.SetUnixFileMode(Path.Combine(tree, "deep/b.bin"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetLastWriteTimeUtc(Path.Combine(tree, "deep/b.bin"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.WriteAllText(Path.Combine(tree, "two\nlines"), "odd");
        File.CreateSymbolicLink(Path.Combine(tree, "link"), "/etc/passwd");
        File.CreateSymbolicLink(Path.Combine(tree, "dangling"), "nowhere");

        await CopyAsync("tree", "back");

        var back = Path.Combine(_root, "back");
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(back, "deep/b.bin")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(back, "deep/b.bin")));
        Assert.Equal(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc), File.GetLastWriteTimeUtc(Path.Combine(back, "deep/b.bin")));
        Assert.Equal("x", File.ReadAllText(Path.Combine(back, "name with blank ß")));
        Assert.Equal("long", File.ReadAllText(Path.Combine(back, new string('n', 200))));
        Assert.False(File.Exists(Path.Combine(back, "two\nlines")));
        Assert.Equal(["left out: tree/two\nlines has a line end in its name"], _notices);
        Assert.Equal("/etc/passwd", new FileInfo(Path.Combine(back, "link")).LinkTarget);
        Assert.Equal("nowhere", new FileInfo(Path.Combine(back, "dangling")).LinkTarget);
    }

    [Fact]
    public void A_link_in_a_workspace_that_leads_out_of_it_is_refused()
    {
        var workspace = Directory.CreateDirectory(Path.Combine(_root, "ws/in/deep")).Parent!.Parent!.FullName;
        var outside = Directory.CreateDirectory(Path.Combine(_root, "outside/deep")).Parent!.FullName;
        Directory.CreateSymbolicLink(Path.Combine(workspace, "out"), outside);
        Directory.CreateSymbolicLink(Path.Combine(workspace, "up"), "../outside");
        Directory.CreateSymbolicLink(Path.Combine(workspace, "within"), "in");
        Directory.CreateSymbolicLink(Path.Combine(_root, "alias"), workspace);
        var places = new HostPlaces([workspace]);

        foreach (var path in new[] { "ws/out", "ws/out/deep", "ws/up/deep", "alias/out/deep", "ws/in/../out/deep" })
            Assert.Equal(ErrorCode.Denied, Assert.Throws<SbxException>(() => places.OpenDirectory(Path.GetFullPath(Path.Combine(_root, path)))).Code);
        foreach (var path in new[] { "ws", "ws/in", "ws/within/deep", "alias/in/deep", "outside/deep" })
        {
            using var opened = places.OpenDirectory(Path.Combine(_root, path));
            Assert.NotNull(opened);
        }

        Assert.Null(places.OpenDirectory(Path.Combine(_root, "ws/missing")));
        Assert.Equal(ErrorCode.Denied, Assert.Throws<SbxException>(() => places.CheckLink(Path.Combine(workspace, "out"), outside)).Code);
        places.CheckLink(Path.Combine(workspace, "within"), Path.Combine(workspace, "in"));
        places.CheckLink(Path.Combine(_root, "alias"), workspace);
    }

    [Fact]
    public async Task An_extended_header_that_would_fill_the_memory_is_refused()
    {
        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "x", new Dictionary<string, string> { ["comment"] = new string('c', 2_000_000) }));
        archive.Position = 0;

        await using var reader = new TarReader(new BoundedTarStream(archive));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.GetNextEntryAsync());
    }

    [Property(MaxTest = 60)]
    public void An_archive_passes_the_bounds_unchanged(NonNull<string>[] names, byte[] content)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            foreach (var name in names.Select(n => n.Get.Replace('\0', '0')).Where(n => n.Length > 0 && !n.Any(c => char.IsSurrogate(c) || c == '\n')))
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name, new Dictionary<string, string> { ["comment"] = name }) { DataStream = new MemoryStream(content) });
        }

        var copy = new MemoryStream();
        new BoundedTarStream(new MemoryStream(archive.ToArray())).CopyTo(copy);
        Assert.Equal(archive.ToArray(), copy.ToArray());
    }

    [Property(MaxTest = 300)]
    public void Random_bytes_are_refused_or_pass_and_never_do_anything_else(byte[] bytes)
    {
        try
        {
            new BoundedTarStream(new MemoryStream(bytes)).CopyTo(Stream.Null);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
        }
    }

    [Theory]
    [InlineData("30 size=9223372036854775807\n")]
    [InlineData("999 size=1\n")]
    [InlineData("x size=1\n")]
    [InlineData("10 size=-1\n")]
    public void A_broken_extended_header_is_refused(string records)
    {
        var body = Encoding.ASCII.GetBytes(records);
        var header = new byte[512];
        "x"u8.CopyTo(header);
        Encoding.ASCII.GetBytes(Convert.ToString(body.Length, 8).PadLeft(11, '0')).CopyTo(header, 124);
        header[156] = (byte)'x';
        var next = new byte[512];
        "y"u8.CopyTo(next);
        next[156] = (byte)'0';
        var stream = new BoundedTarStream(new MemoryStream([.. header, .. body, .. new byte[512 - body.Length], .. next]));
        Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
    }

    private async Task CopyAsync(string name, string newName)
    {
        using var directory = HostDirectory.Open(_root)!;
        var archive = new MemoryStream();
        await new Packer(_notices.Add).RunAsync(directory, name, name, archive, CancellationToken.None);
        archive.Position = 0;
        await new Unpacker(directory, newName, _ => { }).RunAsync(archive, CancellationToken.None);
    }
}
