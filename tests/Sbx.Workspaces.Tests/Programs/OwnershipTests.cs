using Sbx.Workspaces.Tests.Mounting;

namespace Sbx.Workspaces.Tests.Programs;

/// <summary>A daemon of root serving the workspace of an ordinary user (4321 here, 1000 in the guest).</summary>
public sealed class OwnershipTests : IDisposable
{
    private const string AsAgent = "as() { setpriv --reuid 1000 --regid 1000 --clear-groups \"$@\"; }\n";

    private readonly MountedWorkspace _workspace = new(host =>
    {
        Assert.Equal(0, Kernel.Chown(host, 4321, 4321));
        return MountedWorkspace.Options(new WorkspaceRoot(host)) with { Owner = new OwnerMapping(4321, 4321, 1000, 1000) };
    });

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void What_the_guest_makes_belongs_to_the_owner_on_the_host_and_to_the_agent_in_the_guest() => Run(
        """
        as sh -c 'umask 022; echo x > f; mkdir d; ln -s f s; mkfifo p; cp f d/g'; as touch d/h
        for f in f d s p d/g d/h; do test $(stat -c %u:%g $HOST/$f) = 4321:4321; test $(stat -c %u:%g $f) = 1000:1000; done
        test $(stat -c %a $HOST/f) = 644; as chown 1000:1000 f; fails as chown 0 f; fails chown 4321 f
        echo as-root > r; test $(stat -c %u:%g $HOST/r) = 4321:4321
        """);

    [Fact]
    public void The_guest_reaches_only_what_the_owner_may_even_as_root() => Run(
        """
        echo secret > $HOST/root-only; chmod 600 $HOST/root-only; mkdir -m 700 $HOST/root-dir; touch $HOST/root-dir/f
        fails cat root-only; fails as cat root-only; fails sh -c 'echo x >> root-only'; fails chmod 666 root-only
        fails ls root-dir; fails touch root-dir/g; fails truncate -s 0 root-only; test "$(cat $HOST/root-only)" = secret
        test $(stat -c %u root-only) = 0
        """);

    [Fact]
    public void An_id_that_would_pass_for_the_agents_own_is_shown_as_nobody() => Run(
        """
        echo x > $HOST/f; chown 1000:1000 $HOST/f; test $(stat -c %u:%g f) = 65534:65534; fails as sh -c 'echo y >> f'
        """);

    private void Run(string script) => _workspace.Run(AsAgent + script);
}
