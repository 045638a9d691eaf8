using Sbx.Images.Tests.Support;

namespace Sbx.Images.Tests;

public sealed class PackedToolTests
{
    [Fact]
    public async Task The_tool_installs_from_the_feed_starts_and_carries_its_payload_list_and_the_notices()
    {
        var root = Directory.CreateTempSubdirectory("sbx-tool-").FullName;
        try
        {
            var tools = Path.Combine(root, "tools");
            var environment = new Dictionary<string, string?> { ["DOTNET_CLI_HOME"] = root, ["NUGET_PACKAGES"] = Path.Combine(root, "packages"), ["SBX_HOME"] = Path.Combine(root, "home"), ["SBX_PAYLOADS"] = null };
            await LocalFeed.RunAsync("dotnet", ["tool", "install", "Sbx.Tool", "--tool-path", tools, "--source", LocalFeed.Directory], environment);
            await LocalFeed.RunAsync(Path.Combine(tools, "sbx"), ["version"], environment);

            var installed = Directory.GetFiles(tools, "*", SearchOption.AllDirectories);
            var list = Assert.Single(installed, f => Path.GetFileName(f) == "payloads.json");
            Assert.Equal(await File.ReadAllTextAsync(LocalFeed.Payloads), await File.ReadAllTextAsync(list));
            Assert.Contains(installed, f => Path.GetFileName(f) == "sbx.dll" && Path.GetDirectoryName(f) == Path.GetDirectoryName(list));
            Assert.Contains(installed, f => Path.GetFileName(f) == "THIRD-PARTY-NOTICES.md");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
