using System.Diagnostics;
using System.Text.Json;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Sandbox.Tests;

/// <summary>The daemon and machines are killed at random moments while files are written.</summary>
public sealed class KillTests(SandboxHome home) : IClassFixture<SandboxHome>
{
    private const int Rounds = 20;

    [Fact]
    public async Task After_kills_at_any_moment_the_list_is_true_sandboxes_start_and_synced_files_are_whole()
    {
        // A fixed seed: a failure can be looked at again.
        var random = new Random(20260);
        var (name, workspace) = await home.CreateAsync("victim");
        for (var round = 0; round < Rounds; round++)
        {
            // A number is printed only after its file was synced, so every number that arrived names a file that must be whole.
            using var writer = home.Sbx.Start(
                ["exec", name, "sh", "-c", $"i=0; while :; do i=$((i+1)); head -c 20000 /dev/zero | tr '\\0' x > ~/f-{round}-$i; cp ~/f-{round}-$i {workspace}/w-{round}-$i; sync ~/f-{round}-$i; echo $i; done"]);
            Assert.NotNull(await writer.StandardOutput.ReadLineAsync());
            var acknowledged = writer.StandardOutput.ReadToEndAsync();
            await Task.Delay(random.Next(0, 400));
            await KillAsync(killDaemon: round % 2 == 0);
            await writer.WaitForExitAsync();
            Assert.NotEqual(0, writer.ExitCode);

            await EventuallyAsync(async () => (await StatusAsync(name)) == "stopped");
            Assert.Empty(home.Machines());
            var synced = 1 + (await acknowledged).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            var whole = (await home.ShAsync(name, $"for i in $(seq {synced}); do tr -d x < ~/f-{round}-$i | wc -c; wc -c < ~/f-{round}-$i; done | sort -u | tr '\\n' ' '")).Ended(0).Text;
            Assert.Equal("0 20000 ", whole);
            Assert.All(Enumerable.Range(1, synced), i => Assert.Equal(20000, new FileInfo(Path.Combine(workspace, $"w-{round}-{i}")).Length));
        }

        Assert.Single(home.Machines());
        var run = new DirectoryInfo(Path.Combine(home.Home, "run"));
        (await home.Sbx.RunAsync("stop", name)).Ended(0);
        Assert.DoesNotContain(run.EnumerateFileSystemInfos("*", SearchOption.AllDirectories), f => f.FullName.Contains("qmp", StringComparison.Ordinal));
    }

    private async Task KillAsync(bool killDaemon)
    {
        var id = killDaemon ? await home.DaemonIdAsync() : home.Machines().Single();
        using var victim = Process.GetProcessById(id);
        victim.Kill();
        await EventuallyAsync(() => Task.FromResult(home.Machines().Count == 0));
    }

    private async Task<string?> StatusAsync(string name)
    {
        var list = JsonDocument.Parse((await home.Sbx.RunAsync("ls", "--json")).Ended(0).Output).RootElement.GetProperty("sandboxes");
        return list.EnumerateArray().Single(s => s.GetProperty("name").GetString() == name).GetProperty("status").GetString();
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 100; i++)
        {
            if (await condition())
                return;
            await Task.Delay(50);
        }

        Assert.Fail("it did not become true within its time");
    }
}
