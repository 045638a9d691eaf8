using System.Text.Json.Nodes;
using Sbx.Agent.Tests.Scripted;

namespace Sbx.Agent.Tests;

public sealed class TeamTests
{
    private const string Debugger = """
        agents:
          root:
            model: openai/gpt-5-mini
            description: Finds bugs
            instruction: Find the bug, then let fixer mend it.
            sub_agents: [fixer]
            toolsets: [{type: filesystem}, {type: think}]
          fixer:
            model: anthropic/claude-sonnet-4-5
            description: Mends bugs
            instruction: Mend the bug.
            toolsets: [{type: filesystem}, {type: shell}]
        """;

    [Fact]
    public async Task A_root_agent_delegates_to_a_fixer_at_another_provider_and_files_change()
    {
        await using var run = await TeamRun.StartAsync(
            new Answer("", new Call("read_file", """{"path":"calc.py"}"""), new Call("think", """{"thought":"minus is wrong"}""")),
            new Answer("", new Call("transfer_task", """{"agent":"fixer","task":"Replace - by + in calc.py","expected_output":"done"}""")),
            new Answer("", new Call("edit_file", """{"path":"calc.py","edits":[{"oldText":"a - b","newText":"a + b"}]}""")),
            new Answer("", new Call("shell", """{"cmd":"grep -c '+' calc.py"}""")),
            new Answer("Mended."),
            new Answer("The bug is mended."));
        run.Write("calc.py", "def add(a, b):\n    return a - b\n");

        var code = await run.ExecAsync(Debugger, "Find and mend the bug");

        Assert.Equal(0, code);
        Assert.Equal("def add(a, b):\n    return a + b\n", run.Read("calc.py"));
        Assert.EndsWith("The bug is mended.\n", run.Output.ReplaceLineEndings("\n"));
        var requests = run.Provider.Requests;
        Assert.Equal(["/v1/responses", "/v1/responses", "/v1/messages", "/v1/messages", "/v1/messages", "/v1/responses"], requests.Select(request => request.Path));
        Assert.All(requests.Where(request => request.Path == "/v1/responses"), request => Assert.Equal("Bearer openai-placeholder", request.Headers["authorization"]));
        Assert.All(requests.Where(request => request.Path == "/v1/messages"), request => Assert.Equal("anthropic-placeholder", request.Headers["x-api-key"]));
        // The fixer sees its task and not the conversation of the root.
        Assert.Contains("Replace - by + in calc.py", requests[2].Body.ToJsonString().Replace("\\u002B", "+"));
        Assert.DoesNotContain("Find and mend the bug", requests[2].Body.ToJsonString());
        Assert.Contains("Mended.", requests[5].Body.ToJsonString());
    }

    [Fact]
    public async Task Calls_of_one_answer_run_at_the_same_time_and_each_gets_its_result()
    {
        await using var run = await TeamRun.StartAsync(
            // Each waits for what the other makes: one after the other they would not end.
            new Answer("", new Call("shell", """{"cmd":"touch a; while ! [ -e b ]; do sleep 0.05; done; echo first"}"""), new Call("shell", """{"cmd":"touch b; while ! [ -e a ]; do sleep 0.05; done; echo second"}""")),
            new Answer("done"));
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: openai/gpt-4o, toolsets: [{type: shell}]}}", "go"));
        var messages = (JsonArray)run.Provider.Requests[1].Body["messages"]!;
        Assert.Equal(["first", "second"], messages.Where(message => message!["role"]!.GetValue<string>() == "tool").Select(message => message!["content"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_handoff_gives_the_conversation_to_the_other_agent()
    {
        await using var run = await TeamRun.StartAsync(new Answer("", new Call("handoff", """{"agent":"expert"}""")), new Answer("I am the expert."), new Answer("Still me."));
        var code = await run.ExecAsync("""
            agents:
              root: {model: openai/gpt-4o, instruction: I greet., handoffs: [expert]}
              expert: {model: google/gemini-2.5-flash, description: knows, instruction: I know.}
            """, "hello", "and again");
        Assert.Equal(0, code);
        Assert.Equal(["/v1/chat/completions", "/v1beta/models/gemini-2.5-flash:streamGenerateContent", "/v1beta/models/gemini-2.5-flash:streamGenerateContent"], run.Provider.Requests.Select(request => request.Path));
        Assert.Contains("I know.", run.Provider.Requests[1].Body["systemInstruction"]!.ToJsonString());
        Assert.Contains("hello", run.Provider.Requests[1].Body.ToJsonString());
        Assert.Equal("google-placeholder", run.Provider.Requests[1].Headers["x-goog-api-key"]);
    }

    [Fact]
    public async Task A_call_of_a_missing_tool_and_one_with_broken_arguments_are_answered_so_that_the_model_can_go_on()
    {
        await using var run = await TeamRun.StartAsync(new Answer("", new Call("fly", "{}"), new Call("think", "{broken")), new Answer("done"));
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: anthropic/claude-haiku-4-5, toolsets: [{type: think}]}}", "go"));
        var body = run.Provider.Requests[1].Body.ToJsonString();
        Assert.Contains("there is no tool", body);
        Assert.Contains("no JSON object", body);
    }

    [Fact]
    public async Task The_default_agent_has_the_fifteen_tools()
    {
        await using var run = await TeamRun.StartAsync(new Answer("hello"));
        run.Write("AGENTS.md", "Be kind to the tests.");
        Assert.Equal(0, await run.RunAsync(["run", "--yolo", "--exec", "default", "hi"]));
        var request = Assert.Single(run.Provider.Requests);
        Assert.Equal(15, ((JsonArray)request.Body["tools"]!).Count);
        Assert.Equal("claude-sonnet-4-5", request.Body["model"]!.GetValue<string>());
        Assert.Contains("Be kind to the tests.", request.Body["system"]!.ToJsonString());
        Assert.Contains(run.Workspace, request.Body["system"]!.ToJsonString());
    }

    [Fact]
    public async Task The_limit_of_iterations_ends_a_run_that_would_go_on()
    {
        await using var run = await TeamRun.StartAsync();
        run.Provider.Decide = _ => new Answer("", new Call("think", """{"thought":"again"}"""));
        Assert.Equal(1, await run.ExecAsync("agents: {root: {model: openai/gpt-4o, max_iterations: 3, toolsets: [{type: think}]}}", "go"));
        Assert.Equal(3, run.Provider.Requests.Count);
        Assert.Contains("limit of 3 iterations", run.Errors);
    }

    [Fact]
    public async Task A_conversation_too_long_for_the_model_is_summed_up_and_goes_on()
    {
        await using var run = await TeamRun.StartAsync(
            new Answer("", new Call("think", """{"thought":"a"}""")),
            new Answer { Status = 400, ErrorBody = """{"error":{"message":"too long","code":"context_length_exceeded"}}""" },
            new Answer("we think about things"),
            new Answer("all is well"));
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: openai/gpt-4o, toolsets: [{type: think}]}}", "go"));
        Assert.Contains("all is well", run.Output);
        Assert.Contains("we think about things", run.Provider.Requests[3].Body.ToJsonString());
        Assert.DoesNotContain("tool_calls", run.Provider.Requests[3].Body["messages"]!.ToJsonString());
    }

    [Fact]
    public async Task Tools_found_on_demand_are_shown_to_the_model_after_it_adds_them()
    {
        await using var run = await TeamRun.StartAsync(new Answer("", new Call("add_tool", """{"name":"think"}""")), new Answer("done"));
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: openai/gpt-4o, toolsets: [{type: think, defer: true}]}}", "go"));
        string[] Names(int request) => [.. ((JsonArray)run.Provider.Requests[request].Body["tools"]!).Select(tool => tool!["function"]!["name"]!.GetValue<string>())];
        Assert.Equal(["search_tool", "add_tool"], Names(0));
        Assert.Equal(["search_tool", "add_tool", "think"], Names(1));
    }

    [Fact]
    public async Task An_agent_picks_another_of_its_models_and_goes_back()
    {
        await using var run = await TeamRun.StartAsync(
            new Answer("", new Call("change_model", """{"model":"openai/gpt-4o-mini"}""")), new Answer("", new Call("change_model", """{"model":"openai/o9"}""")),
            new Answer("", new Call("revert_model", "{}")), new Answer("done"));
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: openai/gpt-4o, toolsets: [{type: model_picker, models: [openai/gpt-4o-mini]}]}}", "go"));
        Assert.Equal(["gpt-4o", "gpt-4o-mini", "gpt-4o-mini", "gpt-4o"], run.Provider.Requests.Select(request => request.Body["model"]!.GetValue<string>()));
    }
}
