using System.Text.Json.Nodes;
using Sbx.Agent.Tests.Scripted;

namespace Sbx.Agent.Tests.Runtime;

public sealed class SessionTests
{
    private const string Team = "agents: {root: {model: openai/gpt-4o, toolsets: [{type: think}]}}";

    [Fact]
    public async Task A_conversation_is_there_on_the_next_run()
    {
        await using var run = await TeamRun.StartAsync(new Answer("", new Call("think", """{"thought":"42"}""")), new Answer("I will remember."), new Answer("You said so."));
        Assert.Equal(0, await run.ExecAsync(Team, "remember 42"));
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "agent.yaml", "--session=-1", "what did I say?"]));
        var messages = (JsonArray)run.Provider.Requests[2].Body["messages"]!;
        Assert.Equal(["user", "assistant", "tool", "assistant", "user"], messages.Where(message => message!["role"]!.GetValue<string>() != "system").Select(message => message!["role"]!.GetValue<string>()));
        Assert.Equal("remember 42", messages.First(message => message!["role"]!.GetValue<string>() == "user")!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task Sessions_are_listed_exported_branched_and_removed()
    {
        await using var run = await TeamRun.StartAsync(new Answer("one"), new Answer("two"));
        Assert.Equal(0, await run.ExecAsync(Team, "first question", "second question"));
        Assert.Equal(0, await run.RunAsync(["sessions", "ls", "--json"]));
        var session = Assert.Single((JsonArray)JsonNode.Parse(run.Output)!)!;
        Assert.Equal("first question", session["title"]!.GetValue<string>());
        Assert.Equal(4, session["messages"]!.GetValue<int>());
        var id = session["id"]!.GetValue<string>();

        Assert.Equal(0, await run.RunAsync(["sessions", "branch", id, "--at", "2"]));
        var branch = run.Output.Trim();
        Assert.Equal(0, await run.RunAsync(["sessions", "export", branch]));
        Assert.Equal(["first question", "one"], ((JsonArray)JsonNode.Parse(run.Output)!["messages"]!).Select(message => message!["content"]!.GetValue<string>()));

        Assert.Equal(0, await run.RunAsync(["sessions", "rm", id]));
        Assert.Equal(2, await run.RunAsync(["sessions", "export", id]));
        Assert.Equal(0, await run.RunAsync(["sessions", "export", branch]));
    }

    [Fact]
    public async Task A_message_is_read_from_standard_input_and_a_command_becomes_its_prompt()
    {
        await using var run = await TeamRun.StartAsync();
        run.Provider.Decide = _ => new Answer("ok");
        run.Environment["WHO"] = "Ada";
        run.Write("agent.yaml", "agents: {root: {model: openai/gpt-4o, commands: {greet: \"Say hello to ${env.WHO} and ${env.NOBODY || 'all'} in $1: !`echo 1+1`\"}}}");
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "agent.yaml", "-"], "from the pipe\n"));
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "agent.yaml", "/greet Latin"]));
        string Last(int request) => ((JsonArray)run.Provider.Requests[request].Body["messages"]!)[^1]!["content"]!.GetValue<string>();
        Assert.Equal("from the pipe", Last(0));
        Assert.Equal("Say hello to Ada and all in Latin: 1+1", Last(1));
    }

    [Fact]
    public async Task Cancelling_leaves_a_conversation_that_can_go_on()
    {
        await using var run = await TeamRun.StartAsync(new Answer("", new Call("shell", """{"cmd":"touch began; sleep 60"}""")), new Answer("welcome back"));
        run.Write("agent.yaml", "agents: {root: {model: anthropic/claude-haiku-4-5, toolsets: [{type: shell}]}}");
        using var cancel = new CancellationTokenSource();
        var running = run.RunAsync(["run", "--exec", "--yolo", "agent.yaml", "go"], cancel: cancel.Token);
        while (!File.Exists(Path.Combine(run.Workspace, "began"))) await Task.Delay(20);
        await cancel.CancelAsync();
        Assert.Equal(130, await running);
        Assert.Equal(0, await run.RunAsync(["run", "--exec", "agent.yaml", "--session", "-1", "hello?"]));
        Assert.Contains("cancelled by the user", run.Provider.Requests[1].Body.ToJsonString());
    }

    [Fact]
    public async Task A_talk_on_a_terminal_goes_on_after_an_answer_is_interrupted_until_exit()
    {
        var never = new TaskCompletionSource();
        await using var run = await TeamRun.StartAsync(new Answer("first"), new Answer("never") { After = never.Task }, new Answer("third"));
        run.Write("agent.yaml", Team);
        var running = run.RunAsync(["run", "agent.yaml", "one"], "two\n\n/cost\nthree\n/exit\nfour\n", canAsk: true);
        while (run.Provider.Requests.Count < 2) await Task.Delay(20);
        Assert.True(run.Interrupts.Interrupt());
        Assert.Equal(0, await running);
        Assert.Contains("(interrupted)", run.Errors);
        Assert.Contains("100 tokens in, 20 out", run.Errors);
        Assert.Contains("third", run.Output);
        Assert.Equal(3, run.Provider.Requests.Count);
        Assert.False(run.Interrupts.Interrupt());
    }

    [Theory]
    [InlineData("run", "--exec", "nothing.yaml", "x")]
    [InlineData("run", "--exec", "--fly", "x")]
    [InlineData("run", "--exec", "default")]
    [InlineData("run", "--exec", "default", "x", "--session", "nope")]
    [InlineData("run", "--exec", "default", "x", "--agent", "nobody")]
    [InlineData("run", "--exec", "default", "x", "--model", "nobody=openai/gpt-4o")]
    public async Task A_command_line_that_makes_no_sense_is_refused_in_one_line(params string[] arguments)
    {
        await using var run = await TeamRun.StartAsync();
        Assert.Equal(2, await run.RunAsync(arguments));
        Assert.Single(run.Errors.Trim().Split('\n'));
        Assert.Empty(run.Provider.Requests);
    }
}
