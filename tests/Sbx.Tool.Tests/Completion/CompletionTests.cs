using System.Diagnostics;
using Sbx.Tool.Completion;
using Sbx.Tool.Hosting;
using Sbx.Tool.Tests.Support;

namespace Sbx.Tool.Tests.Completion;

public sealed class CompletionTests
{
    private static readonly Completer Completer = new(Verbs.All, (kind, _) => Task.FromResult<IReadOnlyList<Completed>>(
    [
        .. kind.HasFlag(Candidates.Agents) ? [new Completed("shell", "agent")] : Array.Empty<Completed>(),
        .. kind.HasFlag(Candidates.Sandboxes) ? [new Completed("shell-app", "sandbox, running"), new Completed("ci", "sandbox, stopped")] : Array.Empty<Completed>(),
    ]));

    [Theory]
    [InlineData("ex", "exec")]
    [InlineData("st", "stop")]
    [InlineData("daemon |st", "status start stop")]
    [InlineData("daemon |", "status start stop logs")]
    [InlineData("exec |", "shell-app ci")]
    [InlineData("exec |sh", "shell-app")]
    [InlineData("exec -e A=1 -it |c", "ci")]
    [InlineData("exec ci |", "")]
    [InlineData("run |", "shell shell-app ci")]
    [InlineData("-D rm ci |sh", "shell-app")]
    [InlineData("create |", "shell")]
    [InlineData("ls --f|", "--format")]
    [InlineData("ls --format |", "table json yaml")]
    [InlineData("run --cp|", "--cpus")]
    [InlineData("run --no|", "--no-input")]
    [InlineData("completion |", "bash zsh fish powershell")]
    [InlineData("nonsense |", "")]
    public async Task What_fits_is_offered(string line, string expected)
    {
        var words = line.Replace("|", "", StringComparison.Ordinal).Split(' ');
        var completions = await Completer.CompleteAsync(words, CancellationToken.None);
        Assert.Equal(expected, string.Join(' ', completions.Words.Select(w => w.Word)));
    }

    [Theory]
    [InlineData("run shell ", "dirs")]
    [InlineData("cp ", "files")]
    [InlineData("run shell . -- l", "files")]
    [InlineData("exec --env-file ", "files")]
    [InlineData("exec ", null)]
    public async Task Paths_are_offered_where_they_fit(string line, string? paths) =>
        Assert.Equal(paths, (await Completer.CompleteAsync(line.Split(' '), CancellationToken.None)).Paths);

    [Fact]
    public async Task Hidden_verbs_are_not_offered()
    {
        var all = await Completer.CompleteAsync([""], CancellationToken.None);
        Assert.DoesNotContain(all.Words, w => w.Word is "__complete" or "login");
        Assert.Contains(all.Words, w => w.Word == "run");
    }

    [Fact]
    public async Task Bash_completes_with_the_script_through_the_hidden_verb()
    {
        // A stand-in for the tool on PATH: it answers with the tool's own completer, by way of files.
        using var cli = new InProcess();
        Assert.Equal(0, await cli.RunAsync("completion", "bash"));
        var script = Path.Combine(cli.Root, "sbx.bash");
        File.WriteAllText(script, cli.Output);
        var tool = Path.Combine(cli.Root, "sbx");
        File.WriteAllText(tool, "#!/bin/sh\nprintf '%s\\n' \"$*\" > \"$0.args\"\nprintf 'status\\tShow\\nstart\\tStart\\n'\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var start = new ProcessStartInfo("bash", ["--norc", "-c", $"source {script}; COMP_WORDS=({tool} daemon st); COMP_CWORD=2; _sbx; echo \"${{COMPREPLY[*]}}\""]) { RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        Assert.Equal("status start\n", await bash.StandardOutput.ReadToEndAsync());
        Assert.Equal("__complete -- daemon st\n", File.ReadAllText(tool + ".args"));
    }
}
