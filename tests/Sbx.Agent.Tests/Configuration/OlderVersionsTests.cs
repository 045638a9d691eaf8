using Sbx.Agent.Configuration;

namespace Sbx.Agent.Tests.Configuration;

public sealed class OlderVersionsTests
{
    [Fact]
    public void Switches_of_version_0_become_toolsets_before_the_others()
    {
        var team = TeamFile.Parse("""
            version: "0"
            models:
              m: {type: openai, model: gpt-4o}
            agents:
              root:
                name: root
                model: m
                think: true
                todo: {shared: true}
                memory: {path: m.db}
                toolsets: [{type: shell}]
            """, "f.yaml");
        Assert.Equal(["todo", "think", "memory", "shell"], team.Root.Toolsets.Select(toolset => toolset.Type));
        Assert.True(team.Root.Toolsets[0].Shared);
        Assert.Equal("m.db", team.Root.Toolsets[2].Path);
        Assert.Equal("openai", team.Models["m"].Provider);
    }

    [Fact]
    public void A_sandbox_of_version_5_is_read_and_warned_of()
    {
        var team = TeamFile.Parse("version: \"5\"\nagents:\n  root:\n    toolsets:\n      - type: shell\n        sandbox: {paths: [.]}\n", "f.yaml");
        Assert.Equal("f.yaml:6:9: 'sandbox' has no effect any more: the whole agent runs in one", Assert.Single(team.Warnings).ToString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    [InlineData("5")]
    [InlineData("6")]
    [InlineData("7")]
    public void Every_version_reads_a_plain_agent(string version)
    {
        var team = TeamFile.Parse($"version: \"{version}\"\nagents:\n  root:\n    model: openai/gpt-4o\n    instruction: hi\n", "f.yaml");
        Assert.Equal(version, team.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(["openai/gpt-4o"], team.Root.Models);
    }

    [Fact]
    public void A_reference_to_an_mcp_server_takes_its_definition_and_overrides_it()
    {
        var team = TeamFile.Parse("""
            mcps: {files: {command: server, args: [-x], env: {A: "1", B: "2"}, tools: [a, b]}}
            agents: {root: {toolsets: [{type: mcp, ref: files, tools: [c], env: {B: "3"}}]}}
            """, "f.yaml");
        var toolset = Assert.Single(team.Root.Toolsets);
        Assert.Equal("server", toolset.Command);
        Assert.Null(toolset.Ref);
        Assert.Equal(["c"], toolset.Tools);
        Assert.Equal("3", toolset.Env["B"]);
        Assert.Equal("files", toolset.Name);
    }
}
