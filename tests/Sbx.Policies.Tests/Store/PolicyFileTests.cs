using FsCheck.Xunit;
using Sbx.Policies.Rules;
using Sbx.Policies.Store;

namespace Sbx.Policies.Tests.Store;

public sealed class PolicyFileTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private void Write(string text)
    {
        Directory.CreateDirectory(_fixture.Config);
        File.WriteAllText(_fixture.UserFile, text);
    }

    [Fact]
    public void The_file_reads_well_keeps_its_head_and_is_the_owners_alone()
    {
        Write("# Our team's policy\n# Ask Ada.\nversion: 1\npreset: balanced\nrules: []\n");
        _fixture.Store.Reload();
        _fixture.Add("allow", "*.example.com:443");
        _fixture.Add("deny", "api.example", method: "POST,DELETE", path: "/v1/**");
        var text = File.ReadAllText(_fixture.UserFile);
        var rules = _fixture.Store.List(null).Rules.Where(r => r.Source == RuleSource.Local).ToList();
        Assert.Equal(
            $"""
            # Our team's policy
            # Ask Ada.
            version: 1
            preset: balanced
            rules:
              - id: {rules[0].Id}
                allow: "*.example.com:443"
                created: 2026-11-24T13:00:00Z
              - id: {rules[1].Id}
                deny: api.example
                methods: [POST, DELETE]
                path: "/v1/**"
                created: 2026-11-24T13:00:00Z

            """,
            text);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_fixture.UserFile));
    }

    [Fact]
    public void A_file_written_by_hand_needs_no_ids_and_is_noticed()
    {
        var changed = 0;
        _fixture.Store.Changed += (_, _) => changed++;
        Write("rules:\n  - allow: [example.com, other.example]\n  - deny: bad.example\n");
        Assert.False(_fixture.Allows("example.com"));
        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_fixture.Allows("example.com"));
        Assert.Equal(1, changed);
        var ids = _fixture.Store.List(null).Rules.Where(r => r.Source == RuleSource.Local).Select(r => r.Id).ToList();
        _fixture.Store.Reload();
        Assert.Equal(ids, _fixture.Store.List(null).Rules.Where(r => r.Source == RuleSource.Local).Select(r => r.Id));
        _fixture.Store.Remove(null, ids[0]);
        Assert.False(_fixture.Allows("example.com"));
    }

    [Theory]
    [InlineData("rules:\n  - alow: example.com\n", 2, 5, "alow")]
    [InlineData("version: 1\npresets: balanced\n", 2, 1, "presets")]
    [InlineData("preset: relaxed\n", 1, 9, "relaxed")]
    [InlineData("version: one\n", 1, 10, "whole number")]
    [InlineData("version: 2\n", 1, 10, "version")]
    [InlineData("rules: example.com\n", 1, 8, "list")]
    [InlineData("rules:\n  - example.com\n", 2, 5, "map")]
    [InlineData("rules:\n  - allow: '*'\n", 2, 12, "bare '*'")]
    [InlineData("rules:\n  - allow: [good.example, 'bad host']\n", 2, 27, "bad host")]
    [InlineData("rules:\n  - allow: 10.0.0.1\n    methods: GET\n", 2, 12, "address")]
    [InlineData("rules:\n  - allow: a.example\n    path: /x\n", 2, 12, "no method")]
    [InlineData("rules:\n  - allow: a.example\n    methods: [GET, FETCH]\n", 3, 20, "FETCH")]
    [InlineData("rules:\n  - allow: a.example\n    methods: GET\n    path: /a/../b\n", 4, 11, "'..' segment")]
    [InlineData("rules:\n  - allow: a.example\n    protocol: icmp\n", 3, 15, "icmp")]
    [InlineData("rules:\n  - allow: a.example\n    deny: b.example\n", 2, 5, "either")]
    [InlineData("rules:\n  - note: nothing\n", 2, 5, "either")]
    [InlineData("rules:\n  - allow: []\n", 2, 5, "at least one")]
    [InlineData("rules:\n  - allow: localhost\n", 2, 12, "port")]
    [InlineData("rules:\n  - allow: a.example\n    created: yesterday\n", 3, 14, "time")]
    [InlineData("rules:\n  - allow: a.example\n    consented: yes\n", 3, 16, "true or false")]
    [InlineData("rules:\n  - id: default-x\n    allow: a.example\n", 2, 9, "default-x")]
    [InlineData("rules:\n  - {id: x, allow: a.example}\n  - {id: x, allow: b.example}\n", 3, 5, "twice")]
    [InlineData("rules:\n  - allow: a.example\n    allow: b.example\n", 3, 5, "twice")]
    [InlineData("rules: &x\n  - allow: a.example\n", 1, 8, "anchors")]
    [InlineData("rules: !!seq []\n", 1, 8, "tags")]
    [InlineData("rules: []\n---\nrules: []\n", 2, 1, "second document")]
    [InlineData("rules: [\n", 2, 1, "YAML")]
    [InlineData("only: true\n", 1, 1, "only")]
    public void A_file_that_is_not_valid_denies_everything_and_names_the_place(string text, int line, int column, string problem)
    {
        Write(text);
        _fixture.Store.Reload();
        Assert.False(_fixture.Allows("api.nuget.org"));
        Assert.Contains($"policy.yaml:{line}:{column}: ", _fixture.Ask("api.nuget.org").Reason, StringComparison.Ordinal);
        Assert.Contains($"policy.yaml:{line}:{column}: ", _fixture.Store.List(null).Problem, StringComparison.Ordinal);
        var error = Assert.Throws<PolicyException>(() => _fixture.Add("allow", "example.com"));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_fixture.UserFile));

        File.WriteAllText(_fixture.UserFile, "rules: []\n");
        _fixture.Store.Reload();
        Assert.True(_fixture.Allows("api.nuget.org"));
    }

    [Fact]
    public void A_sandboxs_broken_file_denies_that_sandbox_alone()
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Config, "policies"));
        File.WriteAllText(Path.Combine(_fixture.Config, "policies", "box.yaml"), "rulez: []\n");
        File.WriteAllText(Path.Combine(_fixture.Config, "policies", "..yaml"), "rulez: []\n");
        _fixture.Store.Reload();
        Assert.False(_fixture.Allows("api.nuget.org", sandbox: "box"));
        Assert.True(_fixture.Allows("api.nuget.org", sandbox: "other"));
        Assert.Contains("box.yaml:1:1: ", _fixture.Store.List("box").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Exported_rules_are_imported_as_they_were()
    {
        _fixture.Add("allow", "a.example,[2001:db8::1]:443,10.0.0.0/8,**.b.example");
        _fixture.Add("deny", "c.example", method: "ANY", path: "/x/**");
        _fixture.Store.Add(RuleScope.Global, new RuleRequest { Decision = RuleDecision.Allow, Resources = ["d.example"], Protocol = "udp", Note = "why: \"because\"\n# not a comment" });
        var text = _fixture.Store.Export(RuleScope.Global);
        var before = _fixture.Store.List(null).Rules.Select(r => r.ToString()).ToList();
        Assert.Empty(_fixture.Store.Import(RuleScope.Global, "policy.yaml", text, replace: false));
        _fixture.Store.Reset();
        Assert.Equal(6, _fixture.Store.Import(RuleScope.Global, "policy.yaml", text, replace: false).Count);
        Assert.Equal(before, _fixture.Store.List(null).Rules.Select(r => r.ToString()));
        Assert.Equal(text, _fixture.Store.Export(RuleScope.Global));
    }

    [Fact]
    public void An_import_that_is_not_valid_or_contradicts_changes_nothing()
    {
        _fixture.Add("deny", "a.example");
        var before = File.ReadAllText(_fixture.UserFile);
        Assert.Equal(3, Assert.Throws<PolicyException>(() => _fixture.Store.Import(RuleScope.Global, "team.yaml", "rules:\n  - allow: b.example\n  - alow: c.example\n", false)).Line);
        Assert.Equal(PolicyErrorKind.Conflict, Assert.Throws<PolicyException>(() => _fixture.Store.Import(RuleScope.Global, "team.yaml", "rules:\n  - allow: b.example\n  - allow: a.example\n", false)).Kind);
        Assert.Equal(before, File.ReadAllText(_fixture.UserFile));
        _fixture.Store.Import(RuleScope.Global, "team.yaml", "rules:\n  - allow: a.example\n", replace: true);
        Assert.True(_fixture.Allows("a.example"));
    }

    [Property(MaxTest = 1000)]
    public bool Arbitrary_text_is_read_or_refused_and_nothing_else(string? text)
    {
        try
        {
            PolicyDocumentReader.Read("policy.yaml", text ?? "", RuleScope.Global);
        }
        catch (PolicyException e)
        {
            return !e.Message.Any(char.IsControl);
        }

        return true;
    }

    [Property(MaxTest = 500)]
    public bool Any_note_survives_writing_and_reading(string? note)
    {
        if (string.IsNullOrEmpty(note) || note.Any(c => char.IsSurrogate(c) || c is '\uffff' or '\ufffe'))
            return true;
        var rule = new RuleRequest { Decision = RuleDecision.Allow, Resources = ["a.example"], Note = note }.ToRules(RuleScope.Global, DateTimeOffset.UnixEpoch)[0];
        var text = PolicyDocumentWriter.Write(new PolicyDocument { Rules = [rule] });
        return PolicyDocumentReader.Read("policy.yaml", text, RuleScope.Global).Rules[0].Note == note;
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Deep_nesting_is_refused_without_exhausting_the_stack(string piece)
        => Assert.Throws<PolicyException>(() => PolicyDocumentReader.Read("policy.yaml", "rules: " + string.Concat(Enumerable.Repeat(piece, 100_000)), RuleScope.Global));
}
