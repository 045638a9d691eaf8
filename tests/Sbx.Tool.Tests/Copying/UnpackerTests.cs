using System.Formats.Tar;
using Sbx.Api.Errors;
using Sbx.Tool.Copying;

namespace Sbx.Tool.Tests.Copying;

public sealed class UnpackerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sbx-unpack-").FullName;
    private readonly string _target;
    private readonly string _outside;
    private readonly List<string> _notices = [];

    public UnpackerTests()
    {
        _target = Directory.CreateDirectory(Path.Combine(_root, "target")).FullName;
        _outside = Directory.CreateDirectory(Path.Combine(_root, "outside")).FullName;
        File.WriteAllText(Path.Combine(_outside, "secret"), "untouched");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("tree/../../outside/secret")]
    [InlineData("/etc/sbx-test")]
    [InlineData("tree/..")]
    public async Task A_name_that_climbs_is_refused(string name) =>
        Assert.Equal(ErrorCode.Denied, (await FailAsync(Regular(name, "evil"))).Code);

    [Fact]
    public async Task A_link_in_the_archive_is_never_gone_through()
    {
        var error = await FailAsync(Link("tree/way", _outside), Regular("tree/way/secret", "evil"));

        Assert.Equal(ErrorCode.Denied, error.Code);
        Assert.Equal(_outside, new FileInfo(Path.Combine(_target, "tree/way")).LinkTarget);
        Intact();
    }

    [Fact]
    public async Task A_link_that_waits_in_the_target_is_never_gone_through()
    {
        Directory.CreateDirectory(Path.Combine(_target, "tree"));
        Directory.CreateSymbolicLink(Path.Combine(_target, "tree/way"), _outside);

        Assert.Equal(ErrorCode.Denied, (await FailAsync(Regular("tree/way/secret", "evil"))).Code);
        Assert.Equal(ErrorCode.Denied, (await FailAsync(Folder("tree/way"))).Code);
        Intact();
    }

    [Fact]
    public async Task A_link_in_place_of_the_topmost_directory_is_never_gone_through()
    {
        Directory.CreateSymbolicLink(Path.Combine(_target, "tree"), _outside);
        Assert.Equal(ErrorCode.Denied, (await FailAsync(Folder("tree"), Regular("tree/secret", "evil"))).Code);
        Intact();
    }

    [Fact]
    public async Task A_file_replaces_a_link_and_does_not_write_through_it()
    {
        File.CreateSymbolicLink(Path.Combine(_target, "file"), Path.Combine(_outside, "secret"));
        await UnpackAsync(Regular("file", "new"));
        Assert.Null(new FileInfo(Path.Combine(_target, "file")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(Path.Combine(_target, "file")));
        Intact();
    }

    [Fact]
    public async Task A_file_replaces_a_hard_link_and_does_not_write_through_it()
    {
        await UnpackAsync(Regular("one", "first"));
        using (var directory = HostDirectory.Open(_target)!)
        using (var outside = HostDirectory.Open(_outside)!)
            directory.CreateHardLink("two", outside, "secret");
        await UnpackAsync(Regular("two", "new"));
        Intact();
    }

    [Fact]
    public async Task A_hard_link_cannot_reach_out_of_the_target_or_through_a_link()
    {
        Assert.Equal(ErrorCode.Denied, (await FailAsync(Hard("tree/x", "../outside/secret"))).Code);
        Assert.Equal(ErrorCode.Denied, (await FailAsync(Hard("tree/x", Path.Combine(_outside, "secret")))).Code);
        Assert.Equal(ErrorCode.Denied, (await FailAsync(Link("tree/way", _outside), Hard("tree/x", "tree/way/secret"))).Code);
        Assert.Equal(ErrorCode.Denied, (await FailAsync(Link("tree/soft", Path.Combine(_outside, "secret")), Hard("tree/x", "tree/soft"))).Code);
        Intact();
    }

    [Fact]
    public async Task A_link_swapped_for_a_file_by_a_second_entry_of_the_same_name_is_not_written_through()
    {
        await UnpackAsync(Link("file", Path.Combine(_outside, "secret")), Regular("file", "evil"));
        Assert.Equal("evil", File.ReadAllText(Path.Combine(_target, "file")));
        Intact();
    }

    [Fact]
    public async Task Set_user_bits_and_devices_are_left_out()
    {
        var program = Regular("program", "x");
        program.Mode = (UnixFileMode)0xFED;
        await UnpackAsync(program, new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 }, new PaxTarEntry(TarEntryType.Fifo, "pipe"));

        Assert.Equal((UnixFileMode)0x1ED, File.GetUnixFileMode(Path.Combine(_target, "program")));
        Assert.Equal(["program"], Directory.GetFileSystemEntries(_target).Select(Path.GetFileName));
        Assert.Equal(2, _notices.Count);
    }

    [Fact]
    public async Task A_directory_is_not_replaced_by_a_file()
    {
        Directory.CreateDirectory(Path.Combine(_target, "name"));
        Assert.Equal(ErrorCode.Conflict, (await FailAsync(Regular("name", "x"))).Code);
    }

    [Fact]
    public async Task A_directory_without_permissions_keeps_them_and_its_files()
    {
        var folder = Folder("tree");
        folder.Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        folder.ModificationTime = DateTimeOffset.UnixEpoch.AddDays(1);
        await UnpackAsync(folder, Regular("tree/a", "1"));
        Assert.Equal("1", File.ReadAllText(Path.Combine(_target, "tree/a")));
        Assert.Equal(folder.Mode, File.GetUnixFileMode(Path.Combine(_target, "tree")));
        Assert.Equal(DateTime.UnixEpoch.AddDays(1), Directory.GetLastWriteTimeUtc(Path.Combine(_target, "tree")));
    }

    [Fact]
    public async Task The_topmost_entry_gets_the_name_that_is_asked_for_or_none()
    {
        await UnpackAsAsync("renamed", Folder("tree"), Regular("tree/a", "1"), Hard("tree/b", "tree/a"));
        Assert.Equal("1", File.ReadAllText(Path.Combine(_target, "renamed/b")));
        await UnpackAsAsync(null, Folder("tree"), Regular("tree/c", "2"));
        Assert.Equal("2", File.ReadAllText(Path.Combine(_target, "c")));
        Assert.Equal(ErrorCode.Usage, (await Assert.ThrowsAsync<SbxException>(() => UnpackAsAsync(null, Regular("file", "x")))).Code);
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_is_told_as_such()
    {
        var archive = await ArchiveAsync(Regular("file", new string('x', 5000)));
        Assert.Equal(ErrorCode.Failed, (await Assert.ThrowsAsync<SbxException>(() => RunAsync("file", new MemoryStream(archive[..^6000])))).Code);
    }

    private void Intact()
    {
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(_outside, "secret")));
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName));
    }

    private static PaxTarEntry Regular(string name, string content) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)) };

    private static PaxTarEntry Folder(string name) => new(TarEntryType.Directory, name);

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static PaxTarEntry Hard(string name, string target) => new(TarEntryType.HardLink, name) { LinkName = target };

    private async Task<SbxException> FailAsync(params PaxTarEntry[] entries) =>
        await Assert.ThrowsAsync<SbxException>(() => UnpackAsync(entries));

    // The name that most attacks are about is the topmost one, so that it is kept.
    private Task UnpackAsync(params PaxTarEntry[] entries) => UnpackAsAsync(entries[0].Name.TrimStart('/').Split('/')[0], entries);

    private async Task UnpackAsAsync(string? rootName, params PaxTarEntry[] entries) => await RunAsync(rootName, new MemoryStream(await ArchiveAsync(entries)));

    private async Task RunAsync(string? rootName, Stream archive)
    {
        using var directory = HostDirectory.Open(_target)!;
        await new Unpacker(directory, rootName, _notices.Add).RunAsync(archive, CancellationToken.None);
    }

    private static async Task<byte[]> ArchiveAsync(params PaxTarEntry[] entries)
    {
        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            foreach (var entry in entries)
                await writer.WriteEntryAsync(entry);
        }

        return archive.ToArray();
    }
}
