using Sbx.Sandbox.Tests.Running;

namespace Sbx.Sandbox.Tests;

public sealed class RunTests(SandboxHome home) : IClassFixture<SandboxHome>
{
    private static string HostKernel => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    [Fact]
    public async Task A_first_run_has_another_kernel_the_same_directory_and_writes_files_of_the_user()
    {
        var workspace = home.NewWorkspace("hello");
        File.WriteAllText(Path.Combine(workspace, "seen.txt"), "from the host");

        var result = (await home.Sbx.RunAsync("run", "shell", workspace, "--", "bash", "-lc", "uname -r; hostname; pwd; ls; echo made-inside > made.txt")).Ended(0);

        var lines = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEqual(HostKernel, lines[0]);
        Assert.Equal("shell-hello", lines[1]);
        Assert.Equal(workspace, lines[2]);
        Assert.Contains("seen.txt", lines);
        Assert.Equal("made-inside\n", File.ReadAllText(Path.Combine(workspace, "made.txt")));
        Assert.Equal(OwnerOf(workspace), OwnerOf(Path.Combine(workspace, "made.txt")));
        Assert.Contains("Creating new sandbox 'shell-hello'...", result.Error);
        Assert.Contains("✓ Created sandbox 'shell-hello'", result.Error);
        Assert.Contains($"Workspace: {workspace} (direct mount)", result.Error);
        Assert.Contains("Agent: shell", result.Error);
        Assert.Contains("Starting shell agent in sandbox 'shell-hello'...", result.Error);
    }

    [Fact]
    public async Task Running_again_connects_to_the_same_sandbox_by_workspace_by_name_and_by_option()
    {
        var workspace = home.NewWorkspace("again");
        (await home.Sbx.RunAsync("run", "shell", workspace, "--", "sh", "-c", "echo kept > ~/state")).Ended(0);

        Assert.Equal("kept\n", (await home.Sbx.RunAsync("run", "shell", workspace, "--", "sh", "-c", "cat ~/state")).Ended(0).Text);
        Assert.Equal("kept\n", (await home.Sbx.RunAsync("run", "shell-again", "--", "sh", "-c", "cat ~/state")).Ended(0).Text);
        Assert.Equal("kept\n", (await home.Sbx.RunAsync("run", "--name", "shell-again", "--", "sh", "-c", "cat ~/state")).Ended(0).Text);
        var names = (await home.Sbx.RunAsync("ls", "-q")).Ended(0).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(names, n => n.StartsWith("shell-again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_with_rm_returns_the_commands_code_and_leaves_no_sandbox()
    {
        var workspace = home.NewWorkspace("gone");

        (await home.Sbx.RunAsync("run", "--rm", "shell", workspace, "--", "sh", "-c", "exit 42")).Ended(42);

        Assert.DoesNotContain("shell-gone", (await home.Sbx.RunAsync("ls", "-q")).Ended(0).Text);
    }

    [Fact]
    public async Task The_ordinary_user_is_agent_with_sudo_and_knows_its_sandbox()
    {
        var (name, _) = await home.CreateAsync("who");

        Assert.Equal("agent /home/agent\n", (await home.ShAsync(name, "echo $(id -un) $HOME")).Ended(0).Text);
        Assert.Equal("root\n", (await home.ShAsync(name, "sudo id -un")).Ended(0).Text);
        Assert.Equal("root\n", (await home.Sbx.RunAsync("exec", "-u", "root", name, "id", "-un")).Ended(0).Text);
        Assert.Equal("who\n", (await home.ShAsync(name, "echo $SANDBOX_NAME")).Ended(0).Text);
        Assert.NotEqual("\n", (await home.ShAsync(name, "echo $SANDBOX_ID")).Ended(0).Text);
    }

    [Fact]
    public async Task Variables_given_at_creation_reach_every_command_and_the_persistent_script_every_bash()
    {
        var (name, _) = await home.CreateAsync("vars", "-e", "COLOR=teal");

        Assert.Equal("teal\n", (await home.ShAsync(name, "echo $COLOR")).Ended(0).Text);
        Assert.Equal("red\n", (await home.Sbx.RunAsync("exec", "-e", "COLOR=red", name, "sh", "-c", "echo $COLOR")).Ended(0).Text);
        (await home.ShAsync(name, "echo 'export TOOL=ready' | sudo tee -a /etc/sandbox-persistent.sh")).Ended(0);
        Assert.Equal("ready\n", (await home.Sbx.RunAsync("exec", name, "bash", "-c", "echo $TOOL")).Ended(0).Text);
        Assert.Equal("ready\n", (await home.Sbx.RunAsync("exec", name, "bash", "-lc", "echo $TOOL")).Ended(0).Text);
    }

    [Fact]
    public async Task There_is_no_network_card_and_what_no_rule_allows_is_refused_with_the_reason()
    {
        var (name, _) = await home.CreateAsync("closed");

        var result = await home.ShAsync(name, "ls /sys/class/net | grep -v -e '^lo$' -e '^dummy'; curl -sS --max-time 20 -w '%{http_code}' http://192.0.2.1/");

        Assert.EndsWith("403", result.Text, StringComparison.Ordinal);
        Assert.Contains("no rule allows 192.0.2.1:80", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tools_of_the_template_work()
    {
        var (name, _) = await home.CreateAsync("tools");

        var result = (await home.ShAsync(name, "git --version && rg --version | head -1 && python3 -c 'print(6*7)' && node -e 'console.log(process.versions.node.split(\".\")[0] >= 22)' && npm --version && vim --version | head -1 && jq --version")).Ended(0);

        Assert.Contains("git version", result.Text);
        Assert.Contains("\n42\n", result.Text);
        Assert.Contains("\ntrue\n", result.Text);
    }

    private static uint OwnerOf(string path)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u", path]) { RedirectStandardOutput = true })!;
        return uint.Parse(stat.StandardOutput.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
