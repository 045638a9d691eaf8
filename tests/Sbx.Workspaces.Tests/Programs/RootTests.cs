using Sbx.Workspaces.Tests.Mounting;

namespace Sbx.Workspaces.Tests.Programs;

public sealed class RootTests : IDisposable
{
    private readonly Changes _changes = new();
    private readonly MountedWorkspace _workspace;

    public RootTests() => _workspace = new MountedWorkspace(host =>
    {
        foreach (var name in new[] { "rw", "ro", "files" })
            Directory.CreateDirectory($"{host}/{name}");
        File.WriteAllText(host + "/ro/f", "fixed");
        File.WriteAllText(host + "/files/one", "first");
        File.WriteAllText(host + "/files/other", "hidden");
        return MountedWorkspace.Options(
            new WorkspaceRoot(host + "/rw"), new WorkspaceRoot(host + "/ro", ReadOnly: true), new WorkspaceRoot(host + "/files/one", IsFile: true)) with
        {
            Observer = _changes,
        };
    });

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Each_root_is_an_entry_and_follows_its_own_rules() => _workspace.Run(
        """
        cd ..; test "$(ls -f | sort | tr '\n' ' ')" = "0 1 2 "; fails touch x; fails mkdir 3; fails rm -r 1; fails mv 0 3
        echo w > 0/f; test "$(cat 1/f)" = fixed; fails touch 1/f; fails sh -c 'echo x >> 1/f'; fails rm 1/f; fails mv 1/f 0/g; fails ln 0/f 1/g; fails chmod 600 1/f
        test "$(cat 2)" = first; echo second > 2; test "$(cat $HOST/files/one)" = second; fails rm 2; df . 0 1 > /dev/null
        """);

    [Fact]
    public void A_root_that_is_a_file_may_be_replaced_on_the_host()
    {
        var path = _workspace.Root(2);
        Assert.Equal("first", File.ReadAllText(path));
        File.WriteAllText(_workspace.Host + "/files/tmp", "replaced");
        File.Move(_workspace.Host + "/files/tmp", _workspace.Host + "/files/one", overwrite: true);
        _workspace.Run("for try in $(seq 100); do test \"$(cat ../2)\" = replaced && exit 0; sleep 0.1; done; exit 1");
    }

    [Fact]
    public void The_observer_is_told_of_every_change_of_the_guest_with_its_path()
    {
        _workspace.Run(
            """
            mkdir -p a/b; echo x > a/b/f; mv a/b a/c; echo y >> a/c/f; chmod 600 a/c/f; ln a/c/f h; rm a/c/f; cat h; echo z > ../2
            """);
        Assert.Equal(
            [
                "0:a Created", "0:a/b Created", "0:a/b/f Created", "0:a/b/f Written", "0:a/b/f Written", "0:a/c Created", "0:a/b Removed",
                "0:a/c/f Written", "0:a/c/f Written", "0:a/c/f Attributes", "0:h Created", "0:a/c/f Removed", "2: Written", "2: Written", "2: Written",
            ],
            _changes.Seen());
    }

    private sealed class Changes : IWorkspaceObserver
    {
        private readonly List<string> _seen = [];

        public void OnChanged(int root, ReadOnlySpan<byte> relativePath, WorkspaceChange change)
        {
            lock (_seen)
                _seen.Add($"{root}:{System.Text.Encoding.UTF8.GetString(relativePath)} {change}");
        }

        internal string[] Seen()
        {
            lock (_seen)
                return [.. _seen];
        }
    }
}
