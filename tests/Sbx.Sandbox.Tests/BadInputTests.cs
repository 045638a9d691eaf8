using Sbx.Sandbox.Tests.Running;

namespace Sbx.Sandbox.Tests;

public sealed class BadInputTests(SandboxHome home) : IClassFixture<SandboxHome>
{
    [Fact]
    public async Task An_unknown_sandbox_is_named_and_has_its_own_code()
    {
        var result = (await home.Sbx.RunAsync("stop", "nowhere")).Ended(3);
        Assert.Contains("sandbox 'nowhere' not found", result.Error);
        Short(result);
    }

    [Fact]
    public async Task An_unknown_template_names_the_known_ones_and_leaves_no_sandbox()
    {
        var result = (await home.Sbx.RunAsync("create", "--template", "no-such", "--name", "half", "shell")).Ended(3);
        Assert.Contains("no-such", result.Error);
        Assert.Contains("shell", result.Error);
        Short(result);
        Assert.DoesNotContain("half", (await home.Sbx.RunAsync("ls", "-q")).Ended(0).Text);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("-x")]
    [InlineData("x")]
    [InlineData("default")]
    public async Task An_invalid_name_is_refused_as_usage(string name)
    {
        var result = (await home.Sbx.RunAsync("create", $"--name={name}", "shell")).Ended(2);
        Short(result);
    }

    [Theory]
    [InlineData("--memory", "1")]
    [InlineData("--memory", "1m")]
    [InlineData("--disk", "lots")]
    [InlineData("--cpus", "0")]
    public async Task A_size_that_cannot_be_says_what_to_write(string option, string value)
    {
        var result = (await home.Sbx.RunAsync("create", option, value, "--name", "sized", "shell")).Ended(2);
        Short(result);
        Assert.DoesNotContain("sized", (await home.Sbx.RunAsync("ls", "-q")).Ended(0).Text);
    }

    [Fact]
    public async Task A_workspace_that_is_not_there_names_the_flag_that_makes_it()
    {
        var missing = Path.Combine(home.NewWorkspace("parent"), "missing");
        var result = await home.Sbx.RunAsync("run", "shell", missing, "--", "true");
        Assert.NotEqual(0, result.Code);
        Assert.Contains("--create-workspace", result.Error);
        Assert.False(Directory.Exists(missing));
        (await home.Sbx.RunAsync("run", "--rm", "--create-workspace", "shell", missing, "--", "true")).Ended(0);
        Assert.True(Directory.Exists(missing));
    }

    [Fact]
    public async Task A_file_as_the_workspace_is_refused()
    {
        var file = Path.Combine(home.NewWorkspace("files"), "a.txt");
        File.WriteAllText(file, "x");
        Short((await home.Sbx.RunAsync("run", "shell", file, "--", "true")).Ended(2));
    }

    [Fact]
    public async Task Without_qemu_the_error_names_it_and_the_command_that_helps()
    {
        var empty = new SandboxHome();
        try
        {
            var bin = empty.NewWorkspace("bin");
            var result = await empty.Sbx.With("PATH", bin).RunAsync("create", "--name", "noqemu", "shell");
            result.Ended(7);
            Assert.Contains("qemu-system-x86_64", result.Error);
            Assert.Contains("sbx setup", result.Error);
            Short(result);
        }
        finally
        {
            await empty.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_unknown_command_or_option_is_usage()
    {
        (await home.Sbx.RunAsync("ls", "--no-such-option")).Ended(2);
        (await home.Sbx.RunAsync("lss")).Ended(2);
    }

    [Fact]
    public async Task A_name_in_use_is_a_conflict()
    {
        await home.CreateAsync("taken");
        Short((await home.Sbx.RunAsync("create", "--name", "taken", "shell")).Ended(4));
    }

    [Fact]
    public async Task Errors_are_json_when_json_is_asked_for()
    {
        var result = (await home.Sbx.RunAsync("inspect", "--json", "nowhere")).Ended(3);
        var error = System.Text.Json.JsonDocument.Parse(result.Output).RootElement.GetProperty("error");
        Assert.Contains("nowhere", error.GetProperty("message").GetString());
    }

    private static void Short(CommandResult result)
    {
        string[] progress = ["Starting the sbx daemon", "Creating new sandbox", "Status:"];
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !progress.Any(p => l.StartsWith(p, StringComparison.Ordinal))).ToArray();
        Assert.True(lines.Length is 1 or 2, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }
}
