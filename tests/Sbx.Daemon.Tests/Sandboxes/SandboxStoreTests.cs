using Microsoft.Extensions.Logging.Abstractions;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Sandboxes;

namespace Sbx.Daemon.Tests.Sandboxes;

public sealed class SandboxStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sbx-store-").FullName;
    private readonly SandboxStore _store;

    public SandboxStoreTests()
    {
        _store = new SandboxStore(_root, NullLogger<SandboxStore>.Instance);
        _store.Load();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_created_sandbox_is_found_again_with_all_it_had()
    {
        var record = Record("one");
        await _store.CreateAsync(record, MakeDisk);

        var loaded = Assert.Single(_store.Load());
        Assert.Equal(record.Name, loaded.Name);
        Assert.Equal(record.Workspaces, loaded.Workspaces);
        Assert.Equal(record.Environment, loaded.Environment);
        Assert.True(File.Exists(_store.DiskOf("one")));
    }

    [Fact]
    public async Task A_create_whose_disk_fails_leaves_nothing()
    {
        await Assert.ThrowsAsync<SbxException>(() => _store.CreateAsync(Record("half"), path =>
        {
            File.WriteAllText(path, "part");
            throw new IOException("No space left on device");
        }));

        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public async Task What_an_interrupted_create_or_remove_left_is_cleared_and_the_rest_kept()
    {
        await _store.CreateAsync(Record("kept"), MakeDisk);
        Directory.CreateDirectory(Path.Combine(_root, ".new-abc"));
        Directory.CreateDirectory(Path.Combine(_root, ".trash-def"));

        Assert.Equal("kept", Assert.Single(_store.Load()).Id);
        Assert.Single(Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public async Task An_unreadable_record_is_left_alone_with_its_disk()
    {
        await _store.CreateAsync(Record("torn"), MakeDisk);
        File.WriteAllText(Path.Combine(_store.DirectoryOf("torn"), "sandbox.json"), "{ half");

        Assert.Empty(_store.Load());
        Assert.True(File.Exists(_store.DiskOf("torn")));
    }

    [Fact]
    public async Task A_removed_sandbox_is_gone_with_its_disk()
    {
        await _store.CreateAsync(Record("gone"), MakeDisk);
        _store.Remove("gone");
        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    private static Task MakeDisk(string path) => File.WriteAllTextAsync(path, "disk");

    private static SandboxRecord Record(string id) => new()
    {
        Id = id,
        Name = "shell-" + id,
        Agent = "shell",
        Template = "shell",
        TemplateDigest = "d",
        Workspaces = [new Workspace("/w/a"), new Workspace("/w/b", ReadOnly: true)],
        Limits = new Limits(1, 1 << 30, 1 << 30),
        Environment = new Dictionary<string, string> { ["A"] = "b" },
        MachineId = new string('0', 32),
        CreatedAt = DateTimeOffset.UnixEpoch,
        CreatedWith = "0.1.0",
    };
}
