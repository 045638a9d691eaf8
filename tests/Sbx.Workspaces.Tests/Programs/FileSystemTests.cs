using Sbx.Workspaces.Tests.Mounting;

namespace Sbx.Workspaces.Tests.Programs;

public sealed class FileSystemTests : IDisposable
{
    private readonly MountedWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_file_written_in_the_guest_is_on_the_host_and_the_other_way_round()
    {
        _workspace.Run("mkdir -p a/b && echo hello > a/b/file && test $(cat a/b/file) = hello");
        Assert.Equal("hello\n", File.ReadAllText(_workspace.Host + "/a/b/file"));
        File.WriteAllText(_workspace.Host + "/a/from-host", "back");
        _workspace.Run("test $(cat a/from-host) = back && ls -la a && stat a/from-host");
    }
}
