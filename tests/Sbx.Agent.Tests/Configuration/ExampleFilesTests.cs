using Sbx.Agent.Configuration;

namespace Sbx.Agent.Tests.Configuration;

public sealed class ExampleFilesTests
{
    private const string Variable = "SBX_AGENT_EXAMPLES";

    /// <summary>Files of our own are always read; more of them, such as the public examples of Docker Agent, where a variable names their directory.</summary>
    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Teams"), "*.yaml").Order()) data.Add(file);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder) foreach (var file in Directory.GetFiles(folder, "*.yaml").Order()) data.Add(file);
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
