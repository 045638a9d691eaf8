using System.Text.Json.Nodes;
using Sbx.Agent.Tests.Scripted;

namespace Sbx.Agent.Tests.Tools;

public sealed class ToolTests
{
    /// <summary>Lets a scripted model call the tools one after the other and returns what each answered.</summary>
    private static async Task<List<string>> CallAsync(TeamRun run, string toolset, params (string Tool, string Arguments)[] calls)
    {
        foreach (var (tool, arguments) in calls) run.Provider.Enqueue(new Answer("", new Call(tool, arguments)));
        run.Provider.Enqueue(new Answer("done"));
        run.Write("agent.yaml", $"agents: {{root: {{model: openai/gpt-4o, toolsets: [{toolset}]}}}}");
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "--json", "--yolo", "agent.yaml", "go"]));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .Where(one => one["type"]!.GetValue<string>() == "tool_call_response").Select(one => one["response"]!.GetValue<string>())];
    }

    [Fact]
    public async Task Files_are_written_edited_searched_and_listed_without_what_git_ignores()
    {
        await using var run = await TeamRun.StartAsync();
        Directory.CreateDirectory(Path.Combine(run.Workspace, ".git"));
        run.Write(".gitignore", "*.log\n/out/\n!keep.log\n");
        run.Write("a.log", "needle");
        run.Write("keep.log", "needle");
        run.Write("out/x.txt", "needle");
        run.Write("sub/out/y.txt", "a needle here");
        var said = await CallAsync(run, "{type: filesystem, post_edit: [{path: \"*.txt\", cmd: \"tr a-z A-Z < $path > $path.up\"}]}",
            ("write_file", """{"path":"new/f.txt","content":"one\ntwo\n"}"""),
            ("edit_file", """{"path":"new/f.txt","edits":[{"oldText":"two","newText":"three"}]}"""),
            ("edit_file", """{"path":"new/f.txt","edits":[{"oldText":"e","newText":"x"}]}"""),
            ("search_files_content", """{"path":".","query":"needle"}"""),
            ("search_files_content", """{"path":".","query":"n[a-z]+le\\b","is_regex":true,"excludePatterns":["keep*"]}"""),
            ("directory_tree", """{"path":"."}"""),
            ("read_multiple_files", """{"paths":["new/f.txt","missing"]}"""),
            ("create_directory", """{"paths":["p/q"]}"""),
            ("remove_directory", """{"paths":["p/q","sub"]}"""),
            ("read_file", """{"path":"new/f.txt"}"""));
        Assert.Equal("one\nthree\n", said[9]);
        Assert.Equal("ONE\nTHREE\n", run.Read("new/f.txt.up"));
        Assert.Contains("occurs more than once", said[2]);
        Assert.Contains("2 matches in 2 files", said[3]);
        Assert.Contains("sub/out/y.txt:1: a needle here", said[3]);
        Assert.StartsWith("1 matches in 1 files", said[4]);
        Assert.DoesNotContain("a.log", said[5]);
        Assert.Contains("keep.log", said[5]);
        Assert.Contains("missing does not exist", said[6]);
        Assert.True(Directory.Exists(Path.Combine(run.Workspace, "sub")));
        Assert.False(Directory.Exists(Path.Combine(run.Workspace, "p/q")));
    }

    [Fact]
    public async Task A_binary_file_is_named_as_such_and_large_output_keeps_its_two_ends()
    {
        await using var run = await TeamRun.StartAsync();
        File.WriteAllBytes(Path.Combine(run.Workspace, "b.bin"), [0, 1, 2, 255]);
        var said = await CallAsync(run, "{type: filesystem}, {type: shell}",
            ("read_file", """{"path":"b.bin"}"""), ("shell", """{"cmd":"echo first; head -c 10000000 /dev/zero | tr '\\0' x; echo last"}"""));
        Assert.Equal("b.bin is a binary file of 4 bytes", said[0]);
        Assert.True(said[1].Length < 60_000);
        Assert.StartsWith("first", said[1]);
        Assert.EndsWith("last", said[1]);
        Assert.Contains("left out", said[1]);
    }

    [Fact]
    public async Task Commands_report_exit_codes_end_when_time_is_up_and_go_on_in_the_background()
    {
        await using var run = await TeamRun.StartAsync();
        var said = await CallAsync(run, "{type: shell, env: {GREETING: \"${env.WHO || 'hello'}\"}}",
            ("shell", """{"cmd":"echo $GREETING; exit 3"}"""),
            ("shell", """{"cmd":"sleep 60 & sleep 60","timeout":1}"""),
            ("run_background_job", """{"cmd":"echo working; touch ready; sleep 60"}"""),
            ("shell", """{"cmd":"while ! [ -e ready ]; do sleep 0.05; done; sleep 0.2"}"""),
            ("view_background_job", """{"job_id":"job_1"}"""),
            ("stop_background_job", """{"job_id":"job_1"}"""),
            ("shell", """{"cmd":"sleep 0.2"}"""),
            ("list_background_jobs", "{}"));
        Assert.Equal("exit code 3\nhello", said[0]);
        Assert.StartsWith("ended after 1 seconds", said[1]);
        Assert.Contains("working", said[4]);
        Assert.Contains("running", said[4]);
        Assert.Equal("job_1 stopped", said[5]);
        Assert.Contains("stopped", said[7]);
    }

    [Fact]
    public async Task Todos_memories_and_scripts_do_what_they_say()
    {
        await using var run = await TeamRun.StartAsync();
        var said = await CallAsync(run, "{type: todo}, {type: memory, path: m.db}, {type: script, shell: {greet: {cmd: \"echo Hello $name\", args: {name: {type: string}}}}}",
            ("create_todos", """{"descriptions":["a","b"]}"""),
            ("update_todos", """{"updates":[{"id":"todo_2","status":"completed"},{"id":"todo_9","status":"pending"}]}"""),
            ("add_memory", """{"memory":"likes tea","category":"preference"}"""),
            ("search_memories", """{"query":"TEA","category":"preference"}"""),
            ("search_memories", """{"query":"coffee"}"""),
            ("greet", """{"name":"$(touch hacked); `id`"}"""));
        Assert.Contains("\"id\":\"todo_2\",\"description\":\"b\",\"status\":\"completed\"", said[1]);
        Assert.Contains("todo_9", said[1]);
        Assert.Contains("likes tea", said[3]);
        Assert.Equal("[]", said[4]);
        Assert.Equal("Hello $(touch hacked); `id`", said[5]);
        Assert.False(File.Exists(Path.Combine(run.Workspace, "hacked")));
    }

    [Fact]
    public async Task A_question_to_the_user_is_answered_from_the_terminal()
    {
        await using var run = await TeamRun.StartAsync(new Answer("", new Call("user_prompt", """{"message":"Which one?","schema":{"type":"object","properties":{"port":{"type":"integer"},"sure":{"type":"boolean"}}}}""")), new Answer("done"));
        run.Write("agent.yaml", "agents: {root: {model: openai/gpt-4o, toolsets: [{type: user_prompt}]}}");
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "agent.yaml", "go"], "8080\nyes\n", canAsk: true));
        var answer = ((JsonArray)run.Provider.Requests[1].Body["messages"]!)[^1]!["content"]!.GetValue<string>();
        Assert.Equal("""{"action":"accept","content":{"port":8080,"sure":true}}""", answer);
    }

    [Fact]
    public async Task A_missing_toolset_is_said_once_and_the_agent_works_without_it()
    {
        await using var run = await TeamRun.StartAsync(new Answer("still here"));
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: openai/gpt-4o, toolsets: [{type: mcp, ref: \"docker:context7\"}, {type: lsp, command: gopls}, {type: mcp, command: /nowhere/server}]}}", "go"));
        Assert.Contains("docker:context7", run.Errors);
        Assert.Contains("toolset 'lsp' is not available", run.Errors);
        Assert.Contains("MCP server '/nowhere/server'", run.Errors);
        Assert.Contains("still here", run.Output);
    }
}
