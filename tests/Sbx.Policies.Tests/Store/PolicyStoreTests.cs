using Sbx.Policies.Presets;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Tests.Store;

public sealed class PolicyStoreTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Before_a_choice_the_preset_is_balanced_and_nothing_is_written()
    {
        Assert.False(_fixture.Store.IsInitialized);
        Assert.Equal(PolicyPreset.Balanced, _fixture.Store.ActivePreset);
        Assert.True(_fixture.Allows("api.nuget.org"));
        Assert.False(_fixture.Allows("example.com"));
        Assert.False(Directory.Exists(_fixture.Config));
    }

    [Theory]
    [InlineData(PolicyPreset.AllowAll, true, true)]
    [InlineData(PolicyPreset.Balanced, true, false)]
    [InlineData(PolicyPreset.DenyAll, false, false)]
    public void A_preset_takes_effect_at_once_and_survives(PolicyPreset preset, bool nuget, bool other)
    {
        _fixture.Store.Init(preset);
        Assert.Equal((nuget, other), (_fixture.Allows("api.nuget.org"), _fixture.Allows("example.com")));
        using var again = _fixture.Open();
        Assert.True(again.IsInitialized);
        Assert.Equal(preset, again.ActivePreset);
    }

    [Fact]
    public void Every_change_raises_the_generation_and_is_announced_and_is_in_force_when_the_call_returns()
    {
        var announced = 0;
        _fixture.Store.Changed += (_, _) => announced++;
        var before = _fixture.Store.Generation;
        var rule = Assert.Single(_fixture.Add("allow", "example.com"));
        Assert.True(_fixture.Allows("example.com"));
        Assert.True(_fixture.Store.Generation > before);
        before = _fixture.Store.Generation;
        Assert.Equal(rule.Id, _fixture.Store.Remove(null, rule.Id).Id);
        Assert.False(_fixture.Allows("example.com"));
        Assert.True(_fixture.Store.Generation > before);
        Assert.Equal(2, announced);
    }

    [Fact]
    public void A_list_becomes_one_rule_each_and_is_added_as_a_whole_or_not_at_all()
    {
        Assert.Equal(2, _fixture.Add("allow", "a.example, b.example").Count);
        Assert.Throws<PolicyException>(() => _fixture.Add("allow", "c.example,*"));
        Assert.False(_fixture.Allows("c.example"));
        Assert.Throws<PolicyException>(() => _fixture.Add("allow", "c.example,a.example"));
        Assert.False(_fixture.Allows("c.example"));
    }

    [Fact]
    public void A_rule_that_exists_or_contradicts_another_of_its_scope_is_refused_with_the_rules_id()
    {
        var allow = Assert.Single(_fixture.Add("allow", "example.com"));
        Assert.Contains(allow.Id, Assert.Throws<PolicyException>(() => _fixture.Add("allow", "EXAMPLE.com.")).Message, StringComparison.Ordinal);
        var opposite = Assert.Throws<PolicyException>(() => _fixture.Add("deny", "example.com"));
        Assert.Contains(allow.Id, opposite.Message, StringComparison.Ordinal);
        Assert.Contains($"sbx policy rm network --id {allow.Id}", opposite.Hint, StringComparison.Ordinal);
        Assert.Equal(PolicyErrorKind.Conflict, opposite.Kind);

        _fixture.Add("deny", "example.com", sandbox: "box");
        _fixture.Add("deny", "example.com:80");
        _fixture.Add("deny", "example.com", method: "DELETE");
        _fixture.Add("deny", "api.nuget.org");
        Assert.False(_fixture.Allows("api.nuget.org"));
        Assert.False(_fixture.Allows("example.com", sandbox: "box"));
        Assert.True(_fixture.Allows("example.com", sandbox: "other"));
    }

    [Fact]
    public void Rules_are_removed_by_resource_method_and_path()
    {
        _fixture.Add("allow", "example.com");
        _fixture.Add("allow", "example.com", method: "GET", path: "/a/**");
        Assert.Equal(PolicyErrorKind.NotFound, Assert.Throws<PolicyException>(() => _fixture.Store.Remove(RuleScope.Global, ["other.example"], null, null)).Kind);
        Assert.Throws<PolicyException>(() => _fixture.Store.Remove(RuleScope.Global, ["example.com"], "GET", null));
        Assert.Single(_fixture.Store.Remove(RuleScope.Global, ["example.com"], "GET", "/a/**"));
        Assert.Single(_fixture.Store.Remove(RuleScope.Global, ["example.com"], null, null));
        Assert.DoesNotContain(_fixture.Store.List(null).Rules, r => r.Source == RuleSource.Local);
    }

    [Fact]
    public void Removing_one_resource_of_a_rule_keeps_the_others()
    {
        _fixture.Store.Import(RuleScope.Global, "x.yaml", "rules:\n  - id: mine\n    allow: [a.example, b.example]\n", replace: false);
        _fixture.Store.Remove(RuleScope.Global, ["a.example"], null, null);
        Assert.False(_fixture.Allows("a.example"));
        Assert.True(_fixture.Allows("b.example"));
    }

    [Fact]
    public void Rules_of_presets_are_not_removed_and_say_why()
    {
        var error = Assert.Throws<PolicyException>(() => _fixture.Store.Remove(null, "default-dotnet"));
        Assert.Equal(PolicyErrorKind.Denied, error.Kind);
        var inspection = _fixture.Store.Inspect(null, "default-dotnet");
        Assert.False(inspection.Editable);
        Assert.NotNull(inspection.ReadOnlyReason);
        Assert.Equal(PolicyErrorKind.NotFound, Assert.Throws<PolicyException>(() => _fixture.Store.Inspect(null, "nothing")).Kind);
    }

    [Fact]
    public void Inspection_gives_the_command_that_removes_the_rule()
    {
        var rule = Assert.Single(_fixture.Add("allow", "example.com", sandbox: "box"));
        var inspection = _fixture.Store.Inspect(null, rule.Id);
        Assert.Equal($"sbx policy rm network --id {rule.Id} --sandbox box", inspection.RemoveCommand);
        Assert.Equal(Path.Combine(_fixture.Config, "policies", "box.yaml"), inspection.File);
        Assert.True(inspection.Editable);
    }

    [Fact]
    public void Under_deny_all_a_kits_allow_needs_consent_and_its_deny_does_not()
    {
        _fixture.Store.Init(PolicyPreset.DenyAll);
        Rule Kit(string host, bool consented) => Assert.Single(_fixture.Store.Add(RuleScope.Sandbox("box"), new RuleRequest { Decision = RuleDecision.Allow, Resources = [host], Source = RuleSource.Kit, CreatedVia = RuleOrigin.Provisioned, Consented = consented }));
        var silent = Kit("kit.example", false);
        Kit("agreed.example", true);
        Assert.False(_fixture.Allows("kit.example", sandbox: "box"));
        Assert.True(_fixture.Allows("agreed.example", sandbox: "box"));
        var inactive = Assert.Single(_fixture.Store.List("box").Inactive);
        Assert.Equal(silent.Id, inactive.Rule.Id);
        Assert.Equal(inactive.Reason, _fixture.Store.Inspect("box", silent.Id).InactiveReason);

        _fixture.Store.Init(PolicyPreset.Balanced);
        Assert.True(_fixture.Allows("kit.example", sandbox: "box"));
    }

    [Fact]
    public void A_sandboxs_rules_go_with_the_sandbox_and_a_new_one_of_that_name_does_not_inherit_them()
    {
        _fixture.Add("allow", "example.com", sandbox: "box");
        Assert.True(_fixture.Allows("example.com", sandbox: "box"));
        _fixture.Store.RemoveSandbox("box");
        Assert.False(_fixture.Allows("example.com", sandbox: "box"));
        using var again = _fixture.Open();
        Assert.DoesNotContain(again.List("box").Rules, r => r.Scope.Kind == RuleScopeKind.Sandbox);
    }

    [Fact]
    public void Reset_forgets_everything()
    {
        _fixture.Store.Init(PolicyPreset.AllowAll);
        _fixture.Add("allow", "example.com", sandbox: "box");
        _fixture.Store.Reset();
        Assert.False(_fixture.Store.IsInitialized);
        Assert.False(_fixture.Allows("example.com", sandbox: "box"));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a")]
    [InlineData(".hidden")]
    [InlineData("a\0b")]
    public void Names_that_are_no_sandboxs_do_not_become_paths(string name)
        => Assert.Throws<PolicyException>(() => _fixture.Add("allow", "example.com", sandbox: name));

    [Fact]
    public async Task Readers_see_the_old_policy_or_the_new_one_while_writers_write()
    {
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var last = 0L;
            while (!stop.IsCancellationRequested)
            {
                var decision = _fixture.Ask("api.nuget.org");
                Assert.True(decision.Allowed);
                Assert.True(decision.Generation >= last);
                last = decision.Generation;
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            for (var j = 0; j < 5; j++)
                _fixture.Add("allow", $"h{i}-{j}.example");
        })));
        await stop.CancelAsync();
        await reader;
        Assert.Equal(20, _fixture.Store.List(null).Rules.Count(r => r.Source == RuleSource.Local));
    }
}
