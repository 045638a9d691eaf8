using FsCheck;
using FsCheck.Xunit;
using Sbx.Api.Errors;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Tests.Naming;

public sealed class SandboxNameTests
{
    [Theory]
    [InlineData("ab", true)]
    [InlineData("shell-my.project-2", true)]
    [InlineData("0a", true)]
    [InlineData("a", false)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a_b", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("größe", false)]
    [InlineData("default", false)]
    [InlineData("default-2", true)]
    public void The_rules_for_names_hold(string name, bool valid)
    {
        Assert.Equal(valid, SandboxName.IsValid(name));
        if (!valid)
            Assert.Equal(ErrorCode.Usage, Assert.Throws<SbxException>(() => SandboxName.Check(name)).Code);
    }

    [Fact]
    public void A_name_has_at_most_63_characters()
    {
        Assert.True(SandboxName.IsValid(new string('a', 63)));
        Assert.False(SandboxName.IsValid(new string('a', 64)));
    }

    [Theory]
    [InlineData("shell", "/home/ada/my-project", "shell-my-project")]
    [InlineData("shell", "/home/ada/My Project (2)", "shell-My-Project-2")]
    [InlineData("shell", "/srv/.config/", "shell-.config")]
    [InlineData("shell", "/srv/日本", "shell")]
    [InlineData("shell", "/srv/a__b", "shell-a-b")]
    public void The_default_name_is_made_of_agent_and_directory(string agent, string workspace, string name) =>
        Assert.Equal(name, SandboxName.Default(agent, workspace));

    [Property]
    public void A_default_name_and_its_variants_are_always_valid(NonNull<string> directory, PositiveInt number)
    {
        var name = SandboxName.Default("shell", "/" + directory.Get.Replace('/', 'x'));
        Assert.True(SandboxName.IsValid(name), name);
        Assert.True(SandboxName.IsValid(SandboxName.Variant(name, number.Get)));
    }
}
