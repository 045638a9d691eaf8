using Sbx.Api.Errors;
using Sbx.Daemon.Agents;

namespace Sbx.Daemon.Tests.Agents;

public sealed class AgentCatalogTests : IDisposable
{
    private readonly string _config = Directory.CreateTempSubdirectory("sbx-agents-").FullName;

    public void Dispose() => Directory.Delete(_config, recursive: true);

    [Fact]
    public void The_shell_is_there_without_any_file() => Assert.Equal(["bash", "-l"], new AgentCatalog(_config).Get("shell").Command);

    [Fact]
    public void An_agent_of_the_users_file_is_found_beside_the_built_in_ones()
    {
        Write("""{ "lint": { "command": ["ruff", "check", "--fix"] } }""");
        var catalog = new AgentCatalog(_config);
        Assert.Equal(["ruff", "check", "--fix"], catalog.Get("lint").Command);
        Assert.Equal("shell", catalog.Get("lint").Template);
        Assert.Equal(["lint", "shell"], catalog.List().Select(a => a.Name));
    }

    [Theory]
    [InlineData("{ \"lint\": {\n \"comand\": [\"x\"] } }", "line 2")]
    [InlineData("{ \"lint\": { \"command\": [] } }", "no command")]
    public void A_mistake_in_the_file_is_named_with_its_place(string text, string expected)
    {
        Write(text);
        Assert.Contains(expected, Assert.Throws<SbxException>(() => new AgentCatalog(_config).List()).Message);
    }

    [Fact]
    public void An_unknown_agent_names_the_known_ones() =>
        Assert.Contains("shell", Assert.Throws<SbxException>(() => new AgentCatalog(_config).Get("nobody")).Hint);

    private void Write(string text) => File.WriteAllText(Path.Combine(_config, "agents.json"), text);
}
