using System.Text.Json.Nodes;
using Sbx.Agent.Tests.Scripted;

namespace Sbx.Agent.Tests.Models;

public sealed class ProviderTests
{
    [Theory]
    [InlineData("openai/gpt-4o", "/v1/chat/completions")]
    [InlineData("openai/gpt-5-mini", "/v1/responses")]
    [InlineData("anthropic/claude-sonnet-4-5", "/v1/messages")]
    [InlineData("google/gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:streamGenerateContent")]
    public async Task Every_provider_streams_text_and_thoughts_calls_a_tool_and_counts_tokens(string model, string path)
    {
        await using var run = await TeamRun.StartAsync(
            new Answer("Let me see. ", new Call("shell", """{"cmd":"echo 'a \"quoted\" word' ü"}""")) { Thought = "hmm" }, new Answer("It says something."));
        run.Write("agent.yaml", $"agents: {{root: {{model: {model}, instruction: Be brief., toolsets: [{{type: shell}}]}}}}");

        Assert.Equal(0, await run.RunAsync(["run", "--yolo", "--exec", "--json", "agent.yaml", "go"]));

        Assert.Equal([path, path], run.Provider.Requests.Select(request => request.Path));
        var events = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (JsonObject)JsonNode.Parse(line)!).ToList();
        string Joined(string type) => string.Concat(events.Where(one => one["type"]!.GetValue<string>() == type).Select(one => one["content"]!.GetValue<string>()));
        Assert.Equal("Let me see. It says something.", Joined("agent_choice"));
        Assert.Equal("hmm", Joined("agent_choice_reasoning"));
        Assert.Equal("a \"quoted\" word ü", events.Single(one => one["type"]!.GetValue<string>() == "tool_call_response")["response"]!.GetValue<string>());
        var usage = events.Last(one => one["type"]!.GetValue<string>() == "token_usage")["usage"]!;
        Assert.Equal((200, 40), (usage["input_tokens"]!.GetValue<int>(), usage["output_tokens"]!.GetValue<int>()));
        Assert.True(usage["cost"]!.GetValue<double>() > 0);
        Assert.Contains("quoted", run.Provider.Requests[1].Body.ToJsonString());
    }

    [Fact]
    public async Task A_signed_thought_goes_back_to_the_provider_with_the_call_it_led_to()
    {
        await using var run = await TeamRun.StartAsync(new Answer("", new Call("think", """{"thought":"x"}""")) { Thought = "deep" }, new Answer("done"));
        Assert.Equal(0, await run.ExecAsync("""
            models: {m: {provider: anthropic, model: claude-sonnet-4-5, thinking_budget: 2048}}
            agents: {root: {model: m, toolsets: [{type: think}]}}
            """, "go"));
        Assert.Equal(2048, run.Provider.Requests[0].Body["thinking"]!["budget_tokens"]!.GetValue<int>());
        Assert.Contains("\"thinking\":\"deep\",\"signature\":\"signed\"", run.Provider.Requests[1].Body["messages"]!.ToJsonString());
    }

    [Fact]
    public async Task A_refused_key_names_the_secret_to_set_and_is_not_tried_again()
    {
        await using var run = await TeamRun.StartAsync(new Answer { Status = 401, ErrorBody = """{"error":{"message":"invalid x-api-key"}}""" });
        Assert.Equal(1, await run.ExecAsync("agents: {root: {model: anthropic/claude-sonnet-4-5}}", "go"));
        Assert.Single(run.Provider.Requests);
        Assert.Contains("anthropic does not accept the key (401): invalid x-api-key", run.Errors);
        Assert.Contains("sbx secret set anthropic", run.Errors);
    }

    [Fact]
    public async Task A_failing_server_is_asked_again_and_then_the_fallback_answers()
    {
        await using var run = await TeamRun.StartAsync(
            new Answer { Status = 503, Header = ("retry-after-ms", "1") }, new Answer { Status = 500, Header = ("retry-after-ms", "1") }, new Answer("from the other"));
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: openai/gpt-4o, fallback: {models: [anthropic/claude-haiku-4-5], retries: 1}}}", "go"));
        Assert.Equal(["/v1/chat/completions", "/v1/chat/completions", "/v1/messages"], run.Provider.Requests.Select(request => request.Path));
        Assert.Contains("from the other", run.Output);
        Assert.Contains("going on with anthropic/claude-haiku-4-5", run.Errors);
    }

    [Fact]
    public async Task A_busy_model_is_left_at_once_and_not_asked_again_before_the_cooldown_is_over()
    {
        await using var run = await TeamRun.StartAsync(new Answer { Status = 429 }, new Answer("one"), new Answer("two"));
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: openai/gpt-4o, fallback: {models: [anthropic/claude-haiku-4-5]}}}", "first", "second"));
        Assert.Equal(["/v1/chat/completions", "/v1/messages", "/v1/messages"], run.Provider.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("openai/gpt-5")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    [InlineData("google/gemini-2.5-flash")]
    public async Task A_stream_that_is_cut_is_asked_for_again(string model)
    {
        await using var run = await TeamRun.StartAsync(new Answer("half of it, never the rest") { CutOff = true }, new Answer("the whole"));
        Assert.Equal(0, await run.ExecAsync($"agents: {{root: {{model: {model}}}}}", "go"));
        Assert.Contains("broke off", run.Errors);
        Assert.EndsWith("the whole\n", run.Output.ReplaceLineEndings("\n"));
        Assert.DoesNotContain("half of it", run.Provider.Requests[1].Body.ToJsonString());
    }

    [Fact]
    public async Task A_custom_provider_is_reached_with_its_own_key_and_parameters()
    {
        await using var run = await TeamRun.StartAsync(new Answer("hi"));
        run.Environment["MY_KEY"] = "mine";
        Assert.Equal(0, await run.ExecAsync("""
            providers: {gateway: {base_url: "URL/api/", token_key: MY_KEY}}
            models: {m: {provider: gateway, model: some-model, temperature: 0.25, max_tokens: 77}}
            agents: {root: {model: m}}
            """.Replace("URL", run.Provider.Url), "go"));
        var request = Assert.Single(run.Provider.Requests);
        Assert.Equal("/api/chat/completions", request.Path);
        Assert.Equal("Bearer mine", request.Headers["authorization"]);
        Assert.Equal(0.25, request.Body["temperature"]!.GetValue<double>());
        Assert.Equal(77, request.Body["max_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Auto_takes_the_first_provider_with_a_key_and_the_command_line_overrides_the_file()
    {
        await using var run = await TeamRun.StartAsync(new Answer("a"), new Answer("b"));
        run.Environment.Remove("ANTHROPIC_API_KEY");
        Assert.Equal(0, await run.ExecAsync("agents: {root: {model: auto}}", "go"));
        Assert.Equal("gpt-5-mini", run.Provider.Requests[0].Body["model"]!.GetValue<string>());
        Assert.Equal(0, await run.RunAsync(["run", "agent.yaml", "go", "--exec", "--yolo", "--model", "openai/gpt-4o", "--yolo"]));
        Assert.Equal("gpt-4o", run.Provider.Requests[1].Body["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_router_sends_a_message_to_the_model_whose_examples_are_like_it()
    {
        await using var run = await TeamRun.StartAsync();
        run.Provider.Decide = _ => new Answer("ok");
        await run.ExecAsync("""
            models:
              router: {provider: openai, model: gpt-4o-mini, routing: [{model: openai/gpt-4o, examples: [debug this code, fix this error]}, {model: anthropic/claude-haiku-4-5, examples: [hello, good morning]}]}
            agents: {root: {model: router}}
            """, "Hello there", "please debug my code", "zzz");
        Assert.Equal(["claude-haiku-4-5", "gpt-4o", "gpt-4o-mini"], run.Provider.Requests.Select(request => request.Body["model"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_form_of_an_answer_reaches_each_provider_in_its_own_way()
    {
        await using var run = await TeamRun.StartAsync();
        run.Provider.Decide = _ => new Answer("{\"a\":1}");
        foreach (var model in new[] { "openai/gpt-4o", "openai/gpt-5", "anthropic/claude-haiku-4-5", "google/gemini-2.5-flash" })
            Assert.Equal(0, await run.ExecAsync("agents: {root: {model: MODEL, structured_output: {name: form, schema: {type: object, properties: {a: {type: integer}}, required: [a]}}}}".Replace("MODEL", model), "go"));
        var bodies = run.Provider.Requests.Select(request => request.Body).ToList();
        Assert.Equal("json_schema", bodies[0]["response_format"]!["type"]!.GetValue<string>());
        Assert.Equal("form", bodies[1]["text"]!["format"]!["name"]!.GetValue<string>());
        Assert.Equal("structured_output", bodies[2]["tool_choice"]!["name"]!.GetValue<string>());
        Assert.NotNull(bodies[3]["generationConfig"]!["responseJsonSchema"]);
    }

    [Fact]
    public async Task An_image_reaches_the_model_with_the_first_message()
    {
        await using var run = await TeamRun.StartAsync();
        run.Provider.Decide = _ => new Answer("a picture");
        File.WriteAllBytes(Path.Combine(run.Workspace, "p.png"), [1, 2, 3]);
        foreach (var model in new[] { "openai/gpt-4o", "openai/gpt-5", "anthropic/claude-haiku-4-5", "google/gemini-2.5-flash" })
        {
            run.Write("agent.yaml", $"agents: {{root: {{model: {model}}}}}");
            Assert.Equal(0, await run.RunAsync(["run", "--exec", "agent.yaml", "what is it", "--attach", "p.png"]));
        }

        Assert.All(run.Provider.Requests, request => Assert.Contains("AQID", request.Body.ToJsonString()));
    }
}
