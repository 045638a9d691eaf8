using System.Diagnostics;
using Sbx.Policies.Presets;
using Sbx.Policies.Store;

namespace Sbx.Policies.Tests.Store;

public sealed class WorkspacePolicyTests : IDisposable
{
    private const string Allows = "rules:\n  - allow: extra.example\n  - deny: github.com\n";
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private WorkspacePolicyStatus Attach(string text)
    {
        File.WriteAllText(_fixture.WorkspaceFile, text);
        return Assert.Single(_fixture.Store.Attach("box", [_fixture.Workspace]));
    }

    [Fact]
    public void Until_it_is_approved_a_workspaces_policy_only_narrows()
    {
        var status = Attach(Allows);
        Assert.False(status.IsApproved);
        Assert.False(_fixture.Allows("extra.example", sandbox: "box"));
        Assert.False(_fixture.Allows("github.com", sandbox: "box"));
        Assert.True(_fixture.Allows("github.com", sandbox: "other"));
        Assert.Contains("not approved", Assert.Single(_fixture.Store.List("box").Inactive).Reason, StringComparison.Ordinal);

        _fixture.Store.ApproveWorkspace(_fixture.Workspace, status.Hash!);
        Assert.True(_fixture.Allows("extra.example", sandbox: "box"));
        Assert.False(_fixture.Allows("github.com", sandbox: "box"));
        Assert.False(_fixture.Allows("extra.example", sandbox: "other"));
    }

    [Fact]
    public void A_change_by_the_guest_takes_the_approval_and_lifts_no_deny()
    {
        var status = Attach(Allows);
        _fixture.Store.ApproveWorkspace(_fixture.Workspace, status.Hash!);
        File.WriteAllText(_fixture.WorkspaceFile, "rules:\n  - allow: [extra.example, attacker.example, github.com]\n");
        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_fixture.Allows("attacker.example", sandbox: "box"));
        Assert.False(_fixture.Allows("extra.example", sandbox: "box"));
        Assert.False(_fixture.Allows("github.com", sandbox: "box"));

        File.Delete(_fixture.WorkspaceFile);
        _fixture.Store.Reload();
        Assert.False(_fixture.Allows("github.com", sandbox: "box"));

        // Also for the next start, and in another process.
        using var again = _fixture.Open();
        again.Attach("box", [_fixture.Workspace]);
        Assert.Contains(again.List("box").Rules, r => r.Resources[0].Text == "github.com");
    }

    [Fact]
    public void Without_approval_a_deny_that_was_seen_stays_while_the_sandbox_is_attached()
    {
        Attach("rules:\n  - deny: github.com\n");
        File.WriteAllText(_fixture.WorkspaceFile, "rules: []\n");
        _fixture.Store.Reload();
        Assert.False(_fixture.Allows("github.com", sandbox: "box"));
    }

    [Fact]
    public void A_ceiling_lets_nothing_else_through_and_opens_nothing()
    {
        _fixture.Store.Init(PolicyPreset.AllowAll);
        Attach("only: true\nrules:\n  - allow: ['**.nuget.org:443', 'localhost:80']\n");
        Assert.True(_fixture.Allows("api.nuget.org", sandbox: "box"));
        Assert.False(_fixture.Allows("api.nuget.org", 80, sandbox: "box"));
        Assert.False(_fixture.Allows("github.com", sandbox: "box"));
        Assert.Contains(_fixture.Workspace, _fixture.Ask("github.com", sandbox: "box").Reason, StringComparison.Ordinal);
        Assert.False(_fixture.Allows("localhost", 80, sandbox: "box"));
        Assert.True(_fixture.Allows("github.com", sandbox: "other"));
        _fixture.Store.Init(PolicyPreset.DenyAll);
        Assert.False(_fixture.Allows("api.nuget.org", sandbox: "box"));
    }

    [Fact]
    public void Only_the_text_that_was_shown_can_be_approved()
    {
        var status = Attach(Allows);
        File.WriteAllText(_fixture.WorkspaceFile, "rules:\n  - allow: '**'\n");
        Assert.Equal(PolicyErrorKind.Conflict, Assert.Throws<PolicyException>(() => _fixture.Store.ApproveWorkspace(_fixture.Workspace, status.Hash!)).Kind);
        Assert.False(_fixture.Allows("attacker.example", sandbox: "box"));
        File.Delete(_fixture.WorkspaceFile);
        Assert.Equal(PolicyErrorKind.NotFound, Assert.Throws<PolicyException>(() => _fixture.Store.ApproveWorkspace(_fixture.Workspace, status.Hash!)).Kind);
    }

    [Fact]
    public void An_approval_is_taken_back_and_kept_over_restarts()
    {
        var status = Attach(Allows);
        _fixture.Store.ApproveWorkspace(_fixture.Workspace, status.Hash!);
        using (var again = _fixture.Open())
            Assert.True(Assert.Single(again.Attach("box", [_fixture.Workspace])).IsApproved);
        Assert.True(_fixture.Store.RevokeWorkspace(_fixture.Workspace));
        Assert.False(_fixture.Store.RevokeWorkspace(_fixture.Workspace));
        Assert.False(_fixture.Allows("extra.example", sandbox: "box"));
    }

    [Fact]
    public void A_file_that_is_not_valid_denies_the_sandbox_everything()
    {
        var status = Attach("rulez: []\n");
        Assert.Contains("policy.yaml:1:1: ", status.Problem, StringComparison.Ordinal);
        Assert.False(_fixture.Allows("api.nuget.org", sandbox: "box"));
        Assert.True(_fixture.Allows("api.nuget.org", sandbox: "other"));
        _fixture.Store.Detach("box");
        Assert.True(_fixture.Allows("api.nuget.org", sandbox: "box"));
    }

    [Fact]
    public void A_link_a_pipe_a_device_or_a_huge_file_in_its_place_is_refused_and_never_waited_for()
    {
        var secret = Path.Combine(_fixture.Config, "..", "secret");
        File.WriteAllText(secret, "root-secret: value\n");
        void Check()
        {
            var status = Assert.Single(_fixture.Store.Attach("box", [_fixture.Workspace]));
            Assert.NotNull(status.Problem);
            Assert.DoesNotContain("root-secret", status.Problem, StringComparison.Ordinal);
            Assert.False(_fixture.Allows("api.nuget.org", sandbox: "box"));
        }

        File.CreateSymbolicLink(_fixture.WorkspaceFile, secret);
        Check();
        File.Delete(_fixture.WorkspaceFile);
        using (var mkfifo = Process.Start("mkfifo", _fixture.WorkspaceFile))
            mkfifo.WaitForExit();
        Check();
        File.Delete(_fixture.WorkspaceFile);
        File.WriteAllText(_fixture.WorkspaceFile, "#" + new string('x', 300 * 1024));
        Check();
        File.Delete(_fixture.WorkspaceFile);
        Directory.CreateDirectory(_fixture.WorkspaceFile);
        Check();
        Directory.Delete(_fixture.WorkspaceFile);

        var directory = Path.GetDirectoryName(_fixture.WorkspaceFile)!;
        var elsewhere = Directory.CreateDirectory(Path.Combine(_fixture.Config, "..", "elsewhere"));
        File.WriteAllText(Path.Combine(elsewhere.FullName, "policy.yaml"), "root-secret: value\n");
        Directory.Delete(directory);
        Directory.CreateSymbolicLink(directory, elsewhere.FullName);
        Check();
        Directory.Delete(directory);
    }
}
