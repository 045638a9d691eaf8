using System.Text.Json;
using Sbx.Tool.Tests.Support;

namespace Sbx.Tool.Tests.Hosting;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData(2, "unrecognized command or argument 'lss'", "lss")]
    [InlineData(2, "did you mean 'ls'", "lss")]
    [InlineData(2, "unrecognized option '--bogus'", "ls", "--bogus")]
    [InlineData(2, "did you mean '--json'", "ls", "--jsn")]
    [InlineData(2, "unrecognized command or argument 'extra'", "version", "extra")]
    [InlineData(2, "did you mean 'start' or 'status' or 'stop'", "daemon", "stat")]
    [InlineData(2, "run what?", "run")]
    [InlineData(2, "--cpus: '0' is not a number from 1 to 64", "run", "--cpus", "0", "shell")]
    [InlineData(2, "--cpus: 'x' is not a number from 1 to 64", "create", "--cpus=x", "shell")]
    [InlineData(2, "--memory: 1 is too small", "run", "--memory", "1", "shell")]
    [InlineData(2, "--memory: '2q' is not a size", "run", "-m", "2q", "shell")]
    [InlineData(2, "--disk: 1m is too small", "create", "--disk", "1m", "shell")]
    [InlineData(2, "'a/b' is not a valid sandbox name", "create", "--name", "a/b", "shell")]
    [InlineData(2, "'-x' is not a valid sandbox name", "create", "--name=-x", "shell")]
    [InlineData(2, "'default' is not a valid sandbox name", "stop", "default")]
    [InlineData(2, "--rm and --detach contradict each other", "run", "--rm", "-d", "shell")]
    [InlineData(2, "-e: not the name of a variable", "create", "-e", "=x", "shell")]
    [InlineData(2, "the environment file /nowhere/x cannot be read", "create", "--env-file", "/nowhere/x", "shell")]
    [InlineData(2, "which agent?", "create")]
    [InlineData(2, "stop which sandbox?", "stop")]
    [InlineData(2, "inspect which sandbox?", "inspect")]
    [InlineData(2, "remove which sandboxes?", "rm")]
    [InlineData(2, "remove which sandboxes?", "rm", "--all", "name")]
    [InlineData(2, "unknown format 'xml'", "ls", "--format", "xml")]
    [InlineData(2, "'3x' is not a point in time", "prune", "--filter", "until=3x")]
    [InlineData(2, "'age=3' is not a filter", "prune", "--filter", "age=3")]
    [InlineData(2, "neither side is in a sandbox", "cp", "a", "b")]
    [InlineData(2, "both sides are in sandboxes", "cp", "one:/a", "two:/b")]
    [InlineData(2, "must be absolute", "cp", "one:a", "b")]
    [InlineData(2, "there is no completion for 'tcsh'", "completion", "tcsh")]
    [InlineData(11, "--force", "rm", "name")]
    [InlineData(11, "--force", "reset")]
    [InlineData(3, "there is no log yet", "daemon", "logs")]
    [InlineData(125, "exec where?", "exec")]
    [InlineData(125, "exec what in 'name'?", "exec", "name")]
    [InlineData(125, "unrecognized option '--bogus'", "exec", "--bogus", "name", "ls")]
    [InlineData(125, "is not an absolute path", "exec", "-w", "src", "name", "ls")]
    [InlineData(125, "-it needs a terminal", "exec", "-it", "name", "bash")]
    public async Task A_wrong_command_line_exits_with_the_code_of_its_kind_and_starts_no_daemon(int code, string message, params string[] args)
    {
        using var cli = new InProcess();

        Assert.Equal(code, await cli.RunAsync(args));

        Assert.Contains(message, cli.Error);
        Assert.Empty(cli.Output);
        Assert.True(cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 2, cli.Error);
        Assert.StartsWith("ERROR: ", cli.Error);
        Assert.False(Directory.Exists(Path.Combine(cli.Root, "sbx")));
    }

    [Theory]
    [InlineData("-D", "version")]
    [InlineData("version", "-D")]
    [InlineData("--no-input", "version")]
    [InlineData("version", "--no-input", "--debug")]
    public async Task Global_options_stand_before_or_behind_the_verb(params string[] args)
    {
        using var cli = new InProcess();
        Assert.Equal(0, await cli.RunAsync(args));
        Assert.StartsWith("sbx version: v", cli.Output);
        Assert.Equal(args.Contains("-D") || args.Contains("--debug"), cli.Context.Options.Debug);
        Assert.Equal(args.Contains("--no-input"), cli.Context.Options.NoInput);
    }

    [Fact]
    public async Task Errors_under_json_are_a_document_with_code_message_hint_and_exit_code()
    {
        using var cli = new InProcess();

        Assert.Equal(2, await cli.RunAsync("stop", "--json", "a/b"));

        var error = JsonDocument.Parse(cli.Output).RootElement.GetProperty("error");
        Assert.Equal("usage", error.GetProperty("code").GetString());
        Assert.Equal("'a/b' is not a valid sandbox name", error.GetProperty("message").GetString());
        Assert.Equal(2, error.GetProperty("exit_code").GetInt32());
        Assert.NotEmpty(error.GetProperty("hint").GetString()!);
    }

    [Fact]
    public async Task A_line_that_cannot_be_parsed_still_fails_as_json_when_it_asks_for_json()
    {
        using var cli = new InProcess();
        Assert.Equal(2, await cli.RunAsync("ls", "--json", "--bogus"));
        Assert.Equal("usage", JsonDocument.Parse(cli.Output).RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Two_formats_at_once_contradict_each_other()
    {
        using var cli = new InProcess();
        Assert.Equal(2, await cli.RunAsync("ls", "--json", "--format", "yaml"));
        Assert.Contains("contradict each other", cli.Error);
    }

    [Fact]
    public async Task Debug_shows_the_technical_cause()
    {
        using var cli = new InProcess();
        await cli.RunAsync("-D", "stop", "a/b");
        Assert.Contains("   at Sbx.Tool.", cli.Error);
    }

    [Theory]
    [InlineData("login")]
    [InlineData("login", "--username", "ada", "--password-stdin")]
    [InlineData("logout", "--yes")]
    public async Task Login_and_logout_succeed_and_say_that_no_account_is_needed(params string[] args)
    {
        using var cli = new InProcess();
        Assert.Equal(0, await cli.RunAsync(args));
        Assert.Contains("needs no account", cli.Error);
        Assert.Empty(cli.Output);
    }

    [Fact]
    public async Task Daemon_status_is_a_success_also_when_it_is_stopped()
    {
        using var cli = new InProcess();
        Assert.Equal(0, await cli.RunAsync("daemon", "status", "--json"));
        Assert.Equal("stopped", JsonDocument.Parse(cli.Output).RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Version_as_json_tells_that_no_server_runs_and_starts_none()
    {
        using var cli = new InProcess();
        Assert.Equal(0, await cli.RunAsync("version", "--json"));
        var root = JsonDocument.Parse(cli.Output).RootElement;
        Assert.Equal("unavailable", root.GetProperty("server").GetProperty("state").GetString());
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+", root.GetProperty("client").GetProperty("version").GetString()!);
        Assert.Matches("^[0-9a-f]{16}$", root.GetProperty("client").GetProperty("build").GetString()!);
    }
}
