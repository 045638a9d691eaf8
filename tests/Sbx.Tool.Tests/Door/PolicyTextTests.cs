using System.Text.Json;
using Sbx.Api.Contracts;
using Sbx.Tool.Commands.Policy;
using Sbx.Tool.Output.Door;
using Sbx.Tool.Tests.Support;

namespace Sbx.Tool.Tests.Door;

public sealed class PolicyTextTests
{
    private static readonly PolicyRuleInfo Http = Samples.Rule("r3", "allow", "api.example.com") with { Methods = ["GET", "HEAD"], Path = "/v1/**" };

    [Fact]
    public void Rules_that_were_added_are_told_a_line_each_with_scope_id_and_resource()
    {
        using var cli = new InProcess();
        RuleText.Write(cli.Context, new PolicyChange([Samples.Rule("r1", "allow", "example.com"), Http with { AppliesTo = "sandbox:ci" }]), "added", json: false);
        Assert.Equal("Rule added (scope: global): r1 (example.com [tcp])\nRule added (scope: sandbox:ci): r3 (api.example.com [tcp] GET,HEAD /v1/**)\n", cli.Output);
    }

    [Fact]
    public void Rules_that_were_added_are_a_document_under_json()
    {
        using var cli = new InProcess();
        RuleText.Write(cli.Context, new PolicyChange([Http]), "added", json: true);
        var rule = JsonDocument.Parse(cli.Output).RootElement.GetProperty("rules")[0];
        Assert.Equal("r3", rule.GetProperty("id").GetString());
        Assert.Equal("network", rule.GetProperty("resource_type").GetString());
        Assert.Equal("L7", rule.GetProperty("layer").GetString());
        Assert.Equal("net:connect:tcp", rule.GetProperty("actions")[0].GetString());
        Assert.Equal("added", rule.GetProperty("provenance").GetProperty("created_via").GetString());
    }

    [Fact]
    public void The_list_shows_the_preset_with_its_version_a_summary_and_the_users_own_rules()
    {
        var listing = Samples.Listing(
            Samples.Preset("p1", "a.example", "b.example"), Samples.Rule("r1", "allow", "example.com"), Http, Samples.Rule("r2", "deny", "bad.example") with { Note = "no" });
        Assert.Equal(
            """
            Preset: balanced (list 3)

            POLICY    SOURCE  APPLIES TO  SUMMARY
            balanced  preset  all         network: 2 allow
            local     local   all         network: 1 allow (L4), 1 allow (L7), 1 deny (L4)

            RULE ID  DECISION  RESOURCES                               APPLIES TO  NOTE
            r1       allow     example.com [tcp]                       all
            r3       allow     api.example.com [tcp] GET,HEAD /v1/**   all
            r2       deny      bad.example [tcp]                       all         no

            """.Replace("GET,HEAD /v1/**   all", "GET,HEAD /v1/**  all").Replace("RESOURCES                               APPLIES", "RESOURCES                              APPLIES")
                .Replace("example.com [tcp]                       all", "example.com [tcp]                      all").Replace("bad.example [tcp]                       all", "bad.example [tcp]                      all"),
            new PolicyListText(listing, null, inactive: false, bold: false).Text(wide: false));
    }

    [Fact]
    public void The_wide_list_has_a_line_for_every_resource_of_the_preset()
    {
        var text = new PolicyListText(Samples.Listing(Samples.Preset("p1", "a.example", "b.example")), "ci", inactive: false, bold: false).Text(wide: true);
        Assert.Contains("Sandbox: ci\n", text);
        Assert.Equal(2, text.Split('\n').Count(l => l.Contains(" p1 ")));
        Assert.Contains("  b.example  default      active", text);
    }

    [Fact]
    public void The_list_tells_what_is_wrong_and_which_workspaces_wait_for_approval_with_the_command()
    {
        var listing = Samples.Listing() with
        {
            Initialized = false,
            Problem = "policy.yaml line 3, column 5: unknown key 'alow'",
            Workspaces = [Samples.Workspace(), Samples.Workspace() with { File = "/b/.sbx/policy.yaml", Problem = "line 1: no map" }, Samples.Workspace() with { Approved = true, Workspace = "/c" }],
        };
        var text = new PolicyListText(listing, null, inactive: false, bold: false).Text(wide: false);
        Assert.Contains("choose with: sbx policy init\n", text);
        Assert.Contains("PROBLEM: everything is denied: policy.yaml line 3, column 5: unknown key 'alow'\n", text);
        Assert.Contains("sbx policy approve '/home/ada/my app'\n", text);
        Assert.Contains("PROBLEM: /b/.sbx/policy.yaml: line 1: no map\n", text);
        Assert.DoesNotContain("/c", text);
        Assert.EndsWith("\nNo rule matches.\n", text);
    }

    [Fact]
    public void Inactive_rules_are_listed_with_their_reason()
    {
        var rule = Samples.Rule("r1", "allow", "x.example") with { Status = "inactive", InactiveReason = "not approved", Source = "workspace", Editable = true };
        Assert.Contains("inactive: not approved", new PolicyListText(Samples.Listing(rule), null, inactive: true, bold: false).Text(wide: false));
    }

    [Fact]
    public void The_list_in_json_has_preset_problem_rules_and_workspaces()
    {
        var document = PolicyDocument.Of(Samples.Listing(Http) with { Workspaces = [Samples.Workspace(Http)] });
        var json = JsonSerializer.SerializeToElement(document, DoorJson.Default.PolicyDocument);
        Assert.Equal("balanced", json.GetProperty("preset").GetString());
        Assert.Equal("3", json.GetProperty("preset_version").GetString());
        Assert.Equal("sbx policy approve '/home/ada/my app'", json.GetProperty("workspaces")[0].GetProperty("approve_command").GetString());
        Assert.False(json.TryGetProperty("problem", out _));
    }

    [Fact]
    public void An_inspection_names_the_command_that_removes_the_rule_or_why_there_is_none()
    {
        Assert.Contains("Remove:     sbx policy rm r3\n", RuleText.Inspection(new PolicyInspection(Http, "/p.yaml", "sbx policy rm r3", null)));
        Assert.Contains("Remove:     not by a command: it is the preset's\n", RuleText.Inspection(new PolicyInspection(Samples.Preset("p1", "a"), null, null, "it is the preset's")));
    }

    [Theory]
    [InlineData(true, false, "Allowed: api.example.com:443\n")]
    [InlineData(true, true, "Allowed: api.example.com:443\nReason: why\n")]
    [InlineData(false, false, "Denied: api.example.com:443\nReason: why\n")]
    public void A_check_says_the_verdict_first_and_the_reason_on_denial(bool allowed, bool verbose, string text) =>
        Assert.Equal(text, CheckText.Of(new PolicyCheckResult { Target = "api.example.com:443", Allowed = allowed, Kind = "implicit", Reason = "why" }, verbose));

    [Fact]
    public void A_check_of_a_request_names_it_and_the_rules_that_judge_each_request()
    {
        var result = new PolicyCheckResult { Target = "api.example.com:443", Allowed = true, Kind = "explicit", Reason = "why", Method = "GET", Path = "/v1/x", Rule = Http, HttpRules = [Http] };
        Assert.Equal(
            "Allowed: api.example.com:443 GET /v1/x\nEach request is judged by these rules too:\n  allow GET,HEAD /v1/**  (r3)\n", CheckText.Of(result, verbose: false));
        var json = JsonSerializer.SerializeToElement(CheckDocument.Of(result, new PolicyCheckRequest { Target = "https://api.example.com/v1/x", Sandbox = "ci" }), DoorJson.Default.CheckDocument);
        Assert.True(json.GetProperty("allowed").GetBoolean());
        Assert.Equal("sandbox:ci", json.GetProperty("context").GetString());
        Assert.Equal("net:connect:tcp", json.GetProperty("action").GetString());
        Assert.False(json.TryGetProperty("deny_kind", out _));
    }

    [Fact]
    public void What_a_workspace_asks_for_is_shown_as_what_it_opens_and_what_it_closes() =>
        Assert.Equal(
            "/home/ada/my app/.sbx/policy.yaml\n  + allow api.example.com [tcp] GET,HEAD /v1/**\n  - deny  bad.example [tcp]  # \\u202ex\n",
            PolicyApproveCommand.WorkspaceRules(Samples.Workspace(Samples.Rule("b", "deny", "bad.example") with { Note = "\u202ex" }, Http)));

    [Theory]
    [InlineData("/a/b-c.d", "/a/b-c.d")]
    [InlineData("/a b", "'/a b'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    public void Words_in_commands_to_copy_are_quoted_for_a_shell(string word, string quoted) => Assert.Equal(quoted, ShellWord.Of(word));

    [Theory]
    [InlineData("", "example.com", "network", "example.com")]
    [InlineData("", "a.com,b.com", "a.com,b.com")]
    [InlineData("", "a.com,b.com", "a.com", "b.com")]
    [InlineData("ci", "example.com", "network", "ci", "example.com")]
    [InlineData("ci-2", "**.example.com:443,b", "ci-2", "**.example.com:443, b,")]
    [InlineData("", "localhost,b.com", "localhost", "b.com")]
    [InlineData("", "intranet", "intranet")]
    [InlineData("", "")]
    public void Words_of_a_rule_are_an_optional_kind_an_old_sandbox_and_resources(string sandbox, string resources, params string[] words)
    {
        var parsed = NetworkWords.Of(words);
        Assert.Equal(sandbox, parsed.Sandbox ?? "");
        Assert.Equal(resources, string.Join(",", parsed.Resources));
    }

    [Fact]
    public void A_filter_keeps_what_it_names()
    {
        PolicyRuleInfo[] rules = [Samples.Preset("p1", "a"), Http, Samples.Rule("r2", "deny", "b") with { Protocols = ["tcp", "udp"] }, Samples.Rule("r4", "allow", "c") with { Status = "inactive" }];
        Assert.Equal("p1 r3 r2", Ids(RuleFilter.Of(null, null, null, null, null, inactive: false)));
        Assert.Equal("p1 r3 r2 r4", Ids(RuleFilter.Of(null, null, "all", null, null, inactive: true)));
        Assert.Equal("r3", Ids(RuleFilter.Of(null, null, "http", null, null, inactive: false)));
        Assert.Equal("p1 r2", Ids(RuleFilter.Of(null, null, "network", null, null, inactive: false)));
        Assert.Equal("r2", Ids(RuleFilter.Of("local", "deny", null, "udp", "added", inactive: false)));
        string Ids(RuleFilter filter) => string.Join(' ', rules.Where(filter.Matches).Select(r => r.Id));
    }
}
