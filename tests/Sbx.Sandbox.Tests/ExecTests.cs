using System.Diagnostics;
using System.Security.Cryptography;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Sandbox.Tests;

public sealed class ExecTests(ExecTests.OneSandbox shared) : IClassFixture<ExecTests.OneSandbox>
{
    private Cli Sbx => shared.Home.Sbx;

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("exit 0", 0)]
    [InlineData("kill -TERM $$", 143)]
    public async Task The_exit_code_is_the_commands_own(string line, int code) => (await shared.ShAsync(line)).Ended(code);

    [Fact]
    public async Task A_missing_program_is_127_and_one_without_permission_126()
    {
        var missing = (await Sbx.RunAsync("exec", shared.Name, "no-such-program")).Ended(127);
        Assert.Contains("no-such-program", missing.Error);
        (await Sbx.RunAsync("exec", shared.Name, "/etc/passwd")).Ended(126);
    }

    [Fact]
    public async Task An_unknown_user_or_directory_is_125_with_its_name()
    {
        Assert.Contains("nobody-here", (await Sbx.RunAsync("exec", "-u", "nobody-here", shared.Name, "true")).Ended(125).Error);
        Assert.Contains("/no/such/dir", (await Sbx.RunAsync("exec", "-w", "/no/such/dir", shared.Name, "true")).Error);
    }

    [Fact]
    public async Task Standard_input_reaches_the_command()
    {
        var result = await Sbx.RunAsync(["exec", shared.Name, "cat"], new MemoryStream("hi\n"u8.ToArray()));
        Assert.Equal("hi\n", result.Ended(0).Text);
    }

    [Fact]
    public async Task A_hundred_megabytes_arrive_unchanged()
    {
        var bytes = RandomNumberGenerator.GetBytes(100 * 1024 * 1024);

        var result = (await Sbx.RunAsync(["exec", "-i", shared.Name, "cat"], new MemoryStream(bytes))).Ended(0);

        Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), Convert.ToHexString(SHA256.HashData(result.Output)));
    }

    [Fact]
    public async Task Output_and_errors_stay_apart()
    {
        var result = (await shared.ShAsync("echo out; echo err >&2; echo out2")).Ended(0);
        Assert.Equal("out\nout2\n", result.Text);
        Assert.Equal("err\n", result.Error);
    }

    [Fact]
    public async Task A_killed_client_ends_its_command_and_leaves_no_zombie()
    {
        using (var client = Sbx.Start(["exec", shared.Name, "sh", "-c", "echo ready; exec sleep 4242"]))
        {
            Assert.Equal("ready", await client.StandardOutput.ReadLineAsync());
            client.Kill();
            await client.WaitForExitAsync();
        }

        for (var i = 0; i < 100 && (await shared.ShAsync("pgrep -f 'sleep 424[2]'")).Code == 0; i++)
            await Task.Delay(100);
        (await shared.ShAsync("pgrep -f 'sleep 424[2]'")).Ended(1);
        Assert.Equal(string.Empty, (await shared.ShAsync("ps -eo stat= | grep '^Z'")).Text);
    }

    [Fact]
    public async Task A_signal_to_the_client_reaches_the_command()
    {
        using var client = Sbx.Start(["exec", shared.Name, "sh", "-c", "trap 'echo got-it; exit 9' TERM; echo ready; while :; do sleep 0.1; done"]);
        Assert.Equal("ready", await client.StandardOutput.ReadLineAsync());
        using var kill = Process.Start("kill", ["-TERM", client.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        Assert.Equal("got-it", await client.StandardOutput.ReadLineAsync());
        await client.WaitForExitAsync();
        Assert.Equal(9, client.ExitCode);
    }

    [Fact]
    public async Task Many_commands_at_once_keep_their_streams()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => shared.ShAsync($"for n in 1 2 3; do echo {i}-$n; done")));
        Assert.All(results.Index(), r => Assert.Equal($"{r.Index}-1\n{r.Index}-2\n{r.Index}-3\n", r.Item.Ended(0).Text));
    }

    [Fact]
    public async Task Files_are_copied_in_and_out_and_stay_what_they_are()
    {
        var source = shared.Home.NewWorkspace("copy");
        Directory.CreateDirectory(Path.Combine(source, "tree/deep"));
        File.WriteAllText(Path.Combine(source, "tree/a.txt"), "alpha");
        File.WriteAllBytes(Path.Combine(source, "tree/deep/b.bin"), RandomNumberGenerator.GetBytes(3_000_000));
        File.CreateSymbolicLink(Path.Combine(source, "tree/link"), "a.txt");

        (await Sbx.RunAsync("cp", Path.Combine(source, "tree"), $"{shared.Name}:/home/agent/")).Ended(0);
        Assert.Equal("alpha", (await shared.ShAsync("cat /home/agent/tree/link")).Ended(0).Text);
        var back = Path.Combine(source, "back");
        (await Sbx.RunAsync("cp", $"{shared.Name}:/home/agent/tree", back)).Ended(0);

        Assert.Equal(File.ReadAllBytes(Path.Combine(source, "tree/deep/b.bin")), File.ReadAllBytes(Path.Combine(back, "deep/b.bin")));
        Assert.Equal("a.txt", new FileInfo(Path.Combine(back, "link")).LinkTarget);
    }

    [Fact]
    public async Task The_working_directory_is_the_workspace_or_the_one_asked_for()
    {
        Assert.Equal(shared.Workspace + "\n", (await Sbx.RunAsync("exec", shared.Name, "pwd")).Ended(0).Text);
        Assert.Equal("/usr\n", (await Sbx.RunAsync("exec", "-w", "/usr", shared.Name, "pwd")).Ended(0).Text);
    }

    /// <summary>One sandbox for all tests of this class.</summary>
    public sealed class OneSandbox : IAsyncLifetime
    {
        public SandboxHome Home { get; } = new();

        public string Name { get; private set; } = string.Empty;

        public string Workspace { get; private set; } = string.Empty;

        public Task<CommandResult> ShAsync(string line) => Home.ShAsync(Name, line);

        public async Task InitializeAsync() => (Name, Workspace) = await Home.CreateAsync("exec-tests");

        public Task DisposeAsync() => Home.DisposeAsync();
    }
}
