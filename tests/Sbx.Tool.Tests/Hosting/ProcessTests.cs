using Sbx.Api.Client;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Tests.Hosting;

public sealed class ProcessTests
{
    [Fact]
    public void The_daemon_is_started_by_the_tools_own_program_or_by_dotnet_with_its_assembly()
    {
        Assert.Equal(["/opt/sbx/sbx", "daemon", "run"], DaemonCommand.Of("/opt/sbx/sbx", "/opt/sbx/sbx.dll")!);
        Assert.Equal(["/usr/bin/dotnet", "/opt/sbx/sbx.dll", "daemon", "run"], DaemonCommand.Of("/usr/bin/dotnet", "/opt/sbx/sbx.dll")!);
        Assert.Null(DaemonCommand.Of(null, "/opt/sbx/sbx.dll"));
    }

    [Fact]
    public void The_identity_of_a_build_changes_with_our_assemblies_and_with_nothing_else()
    {
        var directory = Directory.CreateTempSubdirectory("sbx-build-").FullName;
        try
        {
            var assembly = Path.Combine(directory, "Sbx.Api.dll");
            File.WriteAllText(assembly, "one");
            var time = File.GetLastWriteTimeUtc(assembly);
            var first = BuildIdentity.Of(directory);
            File.WriteAllText(Path.Combine(directory, "Other.dll"), "x");
            Assert.Equal(first, BuildIdentity.Of(directory));
            File.WriteAllText(assembly, "three");
            File.SetLastWriteTimeUtc(assembly, time);
            var larger = BuildIdentity.Of(directory);
            Assert.NotEqual(first, larger);
            File.SetLastWriteTimeUtc(assembly, time.AddSeconds(1));
            Assert.NotEqual(larger, BuildIdentity.Of(directory));
            Assert.Matches("^[0-9a-f]{16}$", first);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
