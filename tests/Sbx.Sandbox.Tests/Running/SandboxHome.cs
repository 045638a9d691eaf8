using System.Diagnostics;
using System.Text.Json;

namespace Sbx.Sandbox.Tests.Running;

/// <summary>
/// A home for sandboxes that lives as long as a test class: records, disks and daemon of its own, the cache of templates and
/// warm images shared with the other classes. Disposing stops the daemon, checks that nothing is left running, and deletes it.
/// </summary>
public sealed class SandboxHome : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("sbxt-").FullName;

    public SandboxHome()
        : this(new Dictionary<string, string>())
    {
    }

    /// <summary>A home whose daemon and commands have more variables.</summary>
    internal SandboxHome(IReadOnlyDictionary<string, string> variables)
    {
        var cache = Environment.GetEnvironmentVariable("SBX_TEST_CACHE") is { Length: > 0 } shared ? shared : Path.Combine(Path.GetTempPath(), "sbx-test-cache");
        Sbx = new Cli(new Dictionary<string, string>(variables) { ["SBX_HOME"] = Home, ["SBX_CACHE_DIR"] = cache, ["NO_COLOR"] = "1" });
    }

    public Cli Sbx { get; }

    public string Home => Path.Combine(_root, "h");

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>A new empty workspace.</summary>
    public string NewWorkspace(string name) => Directory.CreateDirectory(Path.Combine(_root, "w", Guid.NewGuid().ToString("N")[..6], name)).FullName;

    /// <summary>Creates a sandbox with a workspace of its own.</summary>
    public async Task<(string Name, string Workspace)> CreateAsync(string stem, params string[] options)
    {
        var workspace = NewWorkspace(stem);
        (await Sbx.RunAsync(["create", "--name", stem, .. options, "shell", workspace])).Ended(0);
        return (stem, workspace);
    }

    /// <summary>Runs a shell line in a sandbox.</summary>
    public Task<CommandResult> ShAsync(string sandbox, string line) => Sbx.RunAsync("exec", sandbox, "--", "sh", "-c", line);

    public async Task<JsonElement> InspectAsync(string sandbox) =>
        JsonDocument.Parse((await Sbx.RunAsync("inspect", "--json", sandbox)).Ended(0).Output).RootElement;

    public async Task<int> DaemonIdAsync() =>
        JsonDocument.Parse((await Sbx.RunAsync("daemon", "status", "--json")).Ended(0).Output).RootElement.GetProperty("pid").GetInt32();

    /// <summary>Ids of the QEMU processes that work below this home.</summary>
    public IReadOnlyList<int> Machines() =>
    [
        .. Directory.GetDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0).Where(id => id > 0 && IsMachine(id)),
    ];

    public async Task DisposeAsync()
    {
        await Sbx.RunAsync("daemon", "stop", "--force");
        for (var i = 0; i < 50 && Machines().Count > 0; i++)
            await Task.Delay(100);
        var left = Machines();
        foreach (var id in left)
            Process.GetProcessById(id).Kill();
        Directory.Delete(_root, recursive: true);
        Assert.Empty(left);
    }

    // A machine's command line names no path: it gets its files as open descriptors.
    private bool IsMachine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains("qemu-system", StringComparison.Ordinal)
                && Directory.GetFiles($"/proc/{id}/fd").Any(fd => new FileInfo(fd).LinkTarget?.StartsWith(_root, StringComparison.Ordinal) == true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
