using Sbx.Agent.Configuration;

namespace Sbx.Agent.Tests.Configuration;

public sealed class ExampleFilesTests
{
    private const string Folder = "/work/shared/reference/agent-examples";

    /// <summary>The public examples are data that not every machine has; files of our own are always read.</summary>
    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Teams"), "*.yaml").Order()) data.Add(file);
        if (Directory.Exists(Folder)) foreach (var file in Directory.GetFiles(Folder, "*.yaml").Order()) data.Add(file);
        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_example_file_is_read(string file)
    {
        var team = await TeamFile.ReadAsync(file);
        Assert.NotEmpty(team.Agents);
        Assert.All(team.Agents, agent => Assert.NotEmpty(agent.Models));
    }
}
