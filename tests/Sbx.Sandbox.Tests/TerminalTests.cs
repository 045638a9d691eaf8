using System.Diagnostics;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Sandbox.Tests;

/// <summary>A real terminal (tmux) with sbx in it.</summary>
public sealed class TerminalTests(ExecTests.OneSandbox shared) : IClassFixture<ExecTests.OneSandbox>, IAsyncLifetime
{
    private readonly string _socket = $"sbx-test-{Guid.NewGuid():N}";

    public async Task InitializeAsync()
    {
        await TmuxAsync(["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "env", .. Variables(), "bash", "--norc"]);
        await TmuxAsync("set-option", "-g", "remain-on-exit", "on");
    }

    public async Task DisposeAsync() => await TmuxAsync("kill-server");

    [Fact]
    public async Task A_session_has_a_prompt_takes_Ctrl_C_follows_the_window_and_returns_the_exit_code()
    {
        await TypeAsync($"{Cli.Tool} run --name {shared.Name}; echo code=$?");
        await SeeAsync("agent@exec-tests");

        await TypeAsync("stty size");
        await SeeAsync("30 100");
        await TmuxAsync("resize-window", "-x", "90", "-y", "25");
        await TypeAsync("stty size");
        await SeeAsync("25 90");

        await TypeAsync("sleep 1000");
        await TmuxAsync("send-keys", "C-c");
        await TypeAsync("echo still-$((40+2))");
        await SeeAsync("still-42");

        await TypeAsync("exit 5");
        await SeeAsync("code=5");
        await TypeAsync("stty -a | grep -q ' echo ' && echo tty-$((1+1))-sane");
        await SeeAsync("tty-2-sane");
    }

    [Fact]
    public async Task A_full_screen_editor_writes_a_file_of_the_workspace()
    {
        await TypeAsync($"{Cli.Tool} exec -it {shared.Name} vim note.txt; echo code=$?");
        await SeeAsync("note.txt");
        await TmuxAsync("send-keys", "i", "typed inside", "Escape");
        await TypeAsync(":wq");
        await SeeAsync("code=0");
        Assert.Equal("typed inside\n", File.ReadAllText(Path.Combine(shared.Workspace, "note.txt")));
    }

    private string[] Variables() => [.. shared.Home.Sbx.Environment.Select(v => $"{v.Key}={v.Value}"), "TERM=screen-256color", "PS1=host$ "];

    private Task TypeAsync(string line) => TmuxAsync("send-keys", line, "Enter");

    private async Task SeeAsync(string text)
    {
        var screen = string.Empty;
        for (var i = 0; i < 300; i++)
        {
            screen = await TmuxAsync("capture-pane", "-p");
            if (screen.Contains(text, StringComparison.Ordinal))
                return;
            await Task.Delay(100);
        }

        Assert.Fail($"'{text}' did not appear; the screen:\n{screen}");
    }

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-L", _socket, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
