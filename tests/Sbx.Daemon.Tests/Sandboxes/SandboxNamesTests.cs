using FsCheck.Xunit;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Sandboxes;

namespace Sbx.Daemon.Tests.Sandboxes;

public sealed class SandboxNamesTests
{
    [Theory]
    [InlineData("/home/ada/my-project", "shell-my-project")]
    [InlineData("/home/ada/My Project!", "shell-My-Project")]
    [InlineData("/srv/проект", "shell-sandbox")]
    [InlineData("/srv/...", "shell-sandbox")]
    public void A_name_is_made_of_agent_and_directory(string path, string name) =>
        Assert.Equal(name, SandboxNames.Propose("shell", [new Workspace(path)], _ => false));

    [Fact]
    public void Without_a_workspace_the_name_says_sandbox() => Assert.Equal("shell-sandbox", SandboxNames.Propose("shell", [], _ => false));

    [Fact]
    public void A_taken_name_gets_the_next_free_number() =>
        Assert.Equal("shell-a-3", SandboxNames.Propose("shell", [new Workspace("/w/a")], n => n is "shell-a" or "shell-a-2"));

    [Property]
    public void Whatever_the_directory_is_called_the_name_is_valid(string directory)
    {
        var name = SandboxNames.Propose("agent", [new Workspace("/w/" + directory)], _ => false);
        SandboxNames.Validate(name);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("-ab")]
    [InlineData("ab-")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ab\n")]
    [InlineData("default")]
    public void A_name_that_is_not_valid_is_refused_as_usage(string name) =>
        Assert.Equal(ErrorCode.Usage, Assert.Throws<SbxException>(() => SandboxNames.Validate(name)).Code);
}
