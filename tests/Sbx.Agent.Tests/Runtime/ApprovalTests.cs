using Sbx.Agent.Tests.Scripted;

namespace Sbx.Agent.Tests.Runtime;

public sealed class ApprovalTests
{
    private const string Shell = "agents: {root: {model: openai/gpt-4o, toolsets: [{type: shell}]}}\n";

    private static Answer Touch(string file) => new("", new Call("shell", $$"""{"cmd":"touch {{file}}"}"""));

    [Theory]
    [InlineData("y\nn\n", true, false)]
    [InlineData("a\n", true, true)]
    [InlineData("t\n", true, true)]
    [InlineData("n\ny\n", false, true)]
    [InlineData("", false, false)]
    public async Task A_tool_that_changes_things_is_asked_for(string typed, bool first, bool second)
    {
        await using var run = await TeamRun.StartAsync(Touch("one"), Touch("two"), new Answer("done"));
        run.Write("agent.yaml", Shell);
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "agent.yaml", "go"], typed, canAsk: true));
        Assert.Equal((first, second), (File.Exists(Path.Combine(run.Workspace, "one")), File.Exists(Path.Combine(run.Workspace, "two"))));
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_the_tool_is_not_run_and_the_way_out_is_named()
    {
        await using var run = await TeamRun.StartAsync(Touch("one"), new Answer("done"));
        run.Write("agent.yaml", Shell);
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "agent.yaml", "go"]));
        Assert.False(File.Exists(Path.Combine(run.Workspace, "one")));
        Assert.Contains("--yolo", run.Errors);
    }

    [Fact]
    public async Task A_rule_that_denies_holds_against_yolo_and_one_that_allows_needs_no_question()
    {
        await using var run = await TeamRun.StartAsync(Touch("one"), new Answer("", new Call("shell", """{"cmd":"echo x > two"}""")), new Answer("done"));
        run.Write("agent.yaml", Shell + "permissions: {allow: [\"shell:cmd=echo*\"], deny: [\"shell:cmd=touch*\"]}\n");
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "--yolo", "agent.yaml", "go"]));
        Assert.False(File.Exists(Path.Combine(run.Workspace, "one")));
        Assert.True(File.Exists(Path.Combine(run.Workspace, "two")));
        Assert.Contains("shell:cmd=touch*", run.Provider.Requests[1].Body.ToJsonString());
    }

    [Fact]
    public async Task Hooks_block_change_and_comment_on_calls_and_add_to_the_session()
    {
        await using var run = await TeamRun.StartAsync(Touch("blocked"), Touch("changed"), new Answer("done"));
        Assert.Equal(0, await run.ExecAsync("""
            agents:
              root:
                model: openai/gpt-4o
                toolsets: [{type: shell}]
                hooks:
                  session_start: [{type: command, command: "echo the build is green"}]
                  session_end: [{type: command, command: "cat > ended.json"}]
                  pre_tool_use:
                    - matcher: shell
                      hooks:
                        - type: command
                          command: |
                            input=$(cat)
                            case "$input" in *blocked*) echo '{"decision":"block","reason":"not that one"}'; exit 2;; esac
                            echo '{"hook_specific_output":{"updated_input":{"cmd":"touch other"}}}'
                  post_tool_use:
                    - matcher: "*"
                      hooks: [{type: command, command: "echo seen by a hook"}]
            """, "go"));
        Assert.Equal((false, false, true), (Exists(run, "blocked"), Exists(run, "changed"), Exists(run, "other")));
        var last = run.Provider.Requests[2].Body.ToJsonString();
        Assert.Contains("not that one", last);
        Assert.Contains("seen by a hook", last);
        Assert.Contains("the build is green", last);
        Assert.Contains("session_end", run.Read("ended.json"));
    }

    private static bool Exists(TeamRun run, string file) => File.Exists(Path.Combine(run.Workspace, file));
}
