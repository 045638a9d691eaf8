using Sbx.Tool.Tests.Support;

namespace Sbx.Tool.Tests.Door;

public sealed class DoorCommandLineTests
{
    [Theory]
    [InlineData(2, "allow what?", "policy", "allow", "network")]
    [InlineData(2, "deny what?", "policy", "deny", "network", ",")]
    [InlineData(2, "--path needs --method", "policy", "allow", "network", "a.com", "--path", "/x")]
    [InlineData(2, "'a/b' is not a valid sandbox name", "policy", "allow", "a.com", "--sandbox", "a/b")]
    [InlineData(2, "-g and a sandbox contradict", "policy", "allow", "-g", "a.com", "--sandbox", "ci")]
    [InlineData(2, "two sandboxes are given", "policy", "deny", "network", "one", "a.com", "--sandbox", "two")]
    [InlineData(2, "for the network only", "policy", "allow", "filesystem", "/tmp")]
    [InlineData(2, "Give --id or --resource", "policy", "rm")]
    [InlineData(2, "Give --id or --resource", "policy", "rm", "network", "--force")]
    [InlineData(2, "contradict each other", "policy", "rm", "network", "--id", "a", "--resource", "b")]
    [InlineData(2, "go with --resource", "policy", "rm", "abc", "--method", "GET")]
    [InlineData(2, "one rule at a time", "policy", "rm", "a", "b")]
    [InlineData(11, "--force", "policy", "rm", "abc")]
    [InlineData(11, "--force", "policy", "rm", "network", "--resource", "a.com")]
    [InlineData(2, "--source: there is no 'x'", "policy", "ls", "--source", "x")]
    [InlineData(2, "--decision: there is no 'x'", "policy", "ls", "--decision", "x")]
    [InlineData(2, "inspect which rule?", "policy", "inspect")]
    [InlineData(2, "check what?", "policy", "check", "network")]
    [InlineData(2, "one target at a time", "policy", "check", "a.com", "b.com")]
    [InlineData(2, "is not a point in time", "policy", "log", "--since", "yesterday")]
    [InlineData(2, "--limit: '-1' is not a number", "policy", "log", "--limit=-1")]
    [InlineData(2, "--follow has no YAML", "policy", "log", "-f", "--format", "yaml")]
    [InlineData(2, "which preset? One of allow-all, balanced, deny-all", "policy", "init")]
    [InlineData(2, "there is no preset 'open'", "policy", "set-default", "open")]
    [InlineData(11, "--force", "policy", "reset")]
    [InlineData(2, "import which file?", "policy", "import")]
    [InlineData(3, "there is no file nowhere.yaml", "policy", "import", "nowhere.yaml")]
    [InlineData(3, "cannot be reached", "policy", "approve", "nowhere")]
    [InlineData(2, "did you mean 'allow'", "policy", "alow")]
    [InlineData(2, "see: sbx policy ls --help", "policy", "ls", "--bogus")]
    [InlineData(2, "the secret of which service?", "secret", "set")]
    [InlineData(2, "too many words", "secret", "set", "a", "b", "c")]
    [InlineData(2, "never taken from the command line", "secret", "set", "openai", "--value", "x")]
    [InlineData(2, "never taken from the command line", "secret", "set", "openai", "-t", "x")]
    [InlineData(2, "never taken from the command line", "secret", "set-custom", "--value=x")]
    [InlineData(2, "never taken from the command line", "secret", "set", "openai", "sk-proj-12345")]
    [InlineData(2, "--command and --ref contradict", "secret", "set", "openai", "--command", "a", "--ref", "op://b")]
    [InlineData(2, "--refresh goes with", "secret", "set", "openai", "--refresh", "1m")]
    [InlineData(2, "--no-verify goes with", "secret", "set", "openai", "--no-verify")]
    [InlineData(2, "--refresh: 'soon' is not a duration", "secret", "set", "openai", "--command", "a", "--refresh", "soon")]
    [InlineData(2, "--command is empty", "secret", "set", "openai", "--command", " ")]
    [InlineData(2, "Give --host", "secret", "set-custom", "--env", "A")]
    [InlineData(2, "Give --env", "secret", "set-custom", "--host", "a.com")]
    [InlineData(2, "is empty", "secret", "set-custom", "--host", "a.com", "--env", "A")]
    [InlineData(2, "Give a service, or --all", "secret", "rm")]
    [InlineData(2, "a service, or --all", "secret", "rm", "openai", "--all")]
    [InlineData(11, "--force", "secret", "rm", "openai")]
    [InlineData(2, "contradict each other", "secret", "import", "openai", "--all")]
    [InlineData(11, "name a service, or add --all", "secret", "import")]
    [InlineData(2, "add which service?", "secret", "service", "add")]
    [InlineData(2, "Give --host", "secret", "service", "add", "x")]
    [InlineData(2, "contradict each other", "secret", "service", "add", "x", "--host", "a.com", "--prefix", "a", "--basic-user", "b")]
    [InlineData(11, "--force", "secret", "service", "rm", "x")]
    [InlineData(2, "see: sbx secret service rm --help", "secret", "service", "rm", "--bogus")]
    [InlineData(3, "there is no preset and no policy file 'opne'", "create", "--policy", "opne", "shell")]
    public async Task A_wrong_command_line_exits_with_the_code_of_its_kind_and_starts_no_daemon(int code, string message, params string[] args)
    {
        using var cli = new InProcess();

        Assert.Equal(code, await cli.RunAsync(args));

        Assert.Contains(message, cli.Error);
        Assert.Empty(cli.Output);
        Assert.StartsWith("ERROR: ", cli.Error);
        Assert.True(cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 2, cli.Error);
        Assert.False(Directory.Exists(Path.Combine(cli.Root, "sbx")));
    }

    [Fact]
    public async Task A_key_on_the_command_line_is_not_repeated()
    {
        using var cli = new InProcess();
        await cli.RunAsync("--debug", "secret", "set", "openai", "sk-proj-12345", "--token", "sk-other-678");
        Assert.DoesNotContain("12345", cli.Error);
        Assert.DoesNotContain("678", cli.Error);
    }

    [Fact]
    public async Task A_policy_file_that_is_no_text_or_too_large_is_refused()
    {
        using var cli = new InProcess();
        File.WriteAllBytes(Path.Combine(cli.Root, "binary"), [0xff, 0xfe, 0x00]);
        File.WriteAllBytes(Path.Combine(cli.Root, "large"), new byte[(1 << 20) + 1]);
        Assert.Equal(2, await cli.RunAsync("policy", "import", "binary"));
        Assert.Contains("binary is not text in UTF-8", cli.Error);
        Assert.Equal(2, await cli.RunAsync("create", "--policy", "large", "shell"));
        Assert.Contains("large is larger than a policy can be", cli.Error);
    }

    [Fact]
    public async Task The_menu_of_presets_takes_what_it_offers_and_nothing_else()
    {
        using var cli = new InProcess("4\n", new TestTerminal(IsInputTerminal: true, IsErrorTerminal: true));
        Assert.Equal(2, await cli.RunAsync("policy", "init"));
        Assert.Contains("  1  allow-all", cli.Error);
        Assert.Contains("  3  deny-all", cli.Error);
        Assert.Contains("there is no preset '4'", cli.Error);
        using var gone = new InProcess("", new TestTerminal(IsInputTerminal: true, IsErrorTerminal: true));
        Assert.Equal(11, await gone.RunAsync("policy", "init"));
    }
}
