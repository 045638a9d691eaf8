using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Xunit;
using Sbx.Agent.Chat;
using Sbx.Agent.Runtime.Permissions;

namespace Sbx.Agent.Tests.Runtime;

public sealed class PermissionTests
{
    [Theory]
    [InlineData("shell", "shell", "{}", true)]
    [InlineData("read_*", "read_file", "{}", true)]
    [InlineData("read_*", "write_file", "{}", false)]
    [InlineData("shell:cmd=ls*", "shell", "{\"cmd\":\"ls -l\"}", true)]
    [InlineData("shell:cmd=LS*", "shell", "{\"cmd\":\"ls -l\"}", true)]
    [InlineData("shell:cmd=ls*", "shell", "{\"cmd\":\"rm x\"}", false)]
    [InlineData("shell:cmd=ls*", "shell", "{}", false)]
    [InlineData("shell:cmd=rm*:cmd=*-rf*", "shell", "{\"cmd\":\"rm -rf /\"}", true)]
    [InlineData("shell:cmd=rm*:cmd=*-rf*", "shell", "{\"cmd\":\"rm x\"}", false)]
    [InlineData("shell:cmd=sudo*", "shell", "{\"cmd\":\"sudo\\nrm\"}", true)]
    [InlineData("x:url=http://a:80/*", "x", "{\"url\":\"http://a:80/b\"}", true)]
    [InlineData("mcp:github:get_*", "get_issue", "{}", true)]
    [InlineData("f[a-c]?", "fbz", "{}", true)]
    [InlineData("*", "anything", "{}", true)]
    public void A_pattern_matches_name_server_and_arguments(string pattern, string tool, string arguments, bool expected) =>
        Assert.Equal(expected, new PermissionPattern(pattern).Matches(new ToolSpec(tool, "", []) { Server = "github" }, (JsonObject)JsonNode.Parse(arguments)!));

    [Property]
    public void Any_pattern_can_be_asked(NonNull<string> pattern, NonNull<string> name) => new PermissionPattern(pattern.Get).Matches(new ToolSpec(name.Get, "", []), []);
}
