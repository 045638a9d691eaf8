using Sbx.Images.Tests.Support;

namespace Sbx.Images.Tests;

/// <summary>The packages of this checkout, fetched once for all tests of the class.</summary>
public sealed class PackedImages : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("sbx-packed-").FullName;

    public GuestImage Guest { get; private set; } = null!;

    public TemplateImage Shell { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var store = new ImageStore(new ImageStoreOptions
        {
            CacheDirectory = Path.Combine(_root, "images"), PayloadsPath = LocalFeed.Payloads, ExtraSource = LocalFeed.Directory, UseConfiguredSources = false,
        });
        Guest = await store.GetGuestAsync(null, CancellationToken.None);
        Shell = await store.GetTemplateAsync("shell", null, CancellationToken.None);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return Task.CompletedTask;
    }
}

public sealed class PackedImagesTests(PackedImages images) : IClassFixture<PackedImages>
{
    [Fact]
    public void The_guest_is_an_ELF_kernel_and_a_newc_archive()
    {
        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], Head(images.Guest.KernelPath, 4));
        Assert.Equal("070701"u8.ToArray(), Head(images.Guest.InitramfsPath, 6));
    }

    [Fact]
    public void The_guest_comes_with_the_kernels_terms_version_and_written_offer()
    {
        var licences = Path.Combine(Path.GetDirectoryName(images.Guest.KernelPath)!, "licences");
        Assert.Contains("GPL-2", File.ReadAllText(Path.Combine(licences, "linux", "copyright")), StringComparison.Ordinal);
        var sources = File.ReadAllText(Path.Combine(licences, "SOURCES.md"));
        Assert.Contains("three years", sources, StringComparison.Ordinal);
        Assert.Matches(@"linux-image-\S+-cloud-amd64 \d", sources);
    }

    [Fact]
    public void The_template_lists_its_packages_with_their_sources()
    {
        var packages = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(images.Shell.RootImagePath)!, "licences", "packages.tsv"));
        Assert.All(packages, line => Assert.Equal(4, line.Split('\t').Length));
        Assert.Contains(packages, line => line.StartsWith("git\t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_template_has_the_ordinary_user_and_an_empty_persistent_script()
    {
        Assert.Contains("agent:x:1000:1000::/home/agent:/bin/bash", await ReadAsync("etc/passwd"), StringComparison.Ordinal);
        Assert.Contains("agent ALL=(ALL:ALL) NOPASSWD: ALL", await ReadAsync("etc/sudoers.d/agent"), StringComparison.Ordinal);
        Assert.Empty(await ReadAsync("etc/sandbox-persistent.sh"));
        Assert.Contains("/etc/sandbox-persistent.sh", await ReadAsync("etc/bash.bashrc"), StringComparison.Ordinal);
        Assert.Contains("alias ls=", await ReadAsync("home/agent/.bashrc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_template_names_public_package_sources_and_trusts_Debians_authorities_only()
    {
        var hosts = (await ReadAsync("etc/apt/sources.list.d/debian.sources")).Split('\n').Where(l => l.StartsWith("URIs:", StringComparison.Ordinal)).Select(l => new Uri(l[5..].Trim()).Host);
        Assert.Equal(["deb.debian.org", "security.debian.org"], hosts);
        Assert.Empty(await ListAsync("usr/local/share/ca-certificates"));
        var trusted = (await ReadAsync("etc/ssl/certs/ca-certificates.crt")).Split("BEGIN CERTIFICATE").Length - 1;
        Assert.Equal((await ListAsync("usr/share/ca-certificates/mozilla")).Count(n => n.EndsWith(".crt", StringComparison.Ordinal)), trusted);
        Assert.Empty(await ReadAsync("etc/resolv.conf"));
        Assert.Empty(await ReadAsync("etc/machine-id"));
    }

    [Theory]
    [InlineData("usr/bin", "bash,git,curl,rg,python3,sudo,less,ps,vim,ssh,jq,make,patch,xz,unzip")]
    [InlineData("usr/local/bin", "node,npm,npx")]
    public async Task The_template_has_the_programs_that_agents_expect(string directory, string programs)
    {
        var there = (await ListAsync(directory)).ToHashSet(StringComparer.Ordinal);
        Assert.All(programs.Split(','), program => Assert.Contains(program, there));
    }

    private static byte[] Head(string path, int count)
    {
        using var stream = File.OpenRead(path);
        var head = new byte[count];
        stream.ReadExactly(head);
        return head;
    }

    private Task<string> ReadAsync(string path) => LocalFeed.RunAsync("rdsquashfs", ["--cat", path, images.Shell.RootImagePath]);

    // Lines of rdsquashfs --list are: mode, owner, size, date, time, name, and for links an arrow with their target.
    private async Task<IReadOnlyList<string>> ListAsync(string path) =>
        [.. (await LocalFeed.RunAsync("rdsquashfs", ["--list", path, images.Shell.RootImagePath])).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NameOf)];

    private static string NameOf(string line)
    {
        var entry = line.Split(" -> ")[0];
        return entry[(entry.LastIndexOf(' ') + 1)..];
    }
}
