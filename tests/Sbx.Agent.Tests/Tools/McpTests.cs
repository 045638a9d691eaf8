using System.ComponentModel;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;
using Sbx.Agent.Tests.Scripted;

namespace Sbx.Agent.Tests.Tools;

public sealed class McpTests
{
    /// <summary>A server over standard input and output, as small as the protocol allows.</summary>
    private const string Server = """"
        import json, os, sys
        tools = [{"name": "add", "description": "Adds", "inputSchema": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}},
                 {"name": "secret", "description": "Reads", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}}]
        for line in sys.stdin:
            m = json.loads(line)
            if "id" not in m: continue
            answer = {"jsonrpc": "2.0", "id": m["id"]}
            if m["method"] == "initialize":
                answer["result"] = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "t", "version": "1"}, "instructions": "Sums are made with add."}
            elif m["method"] == "tools/list":
                answer["result"] = {"tools": tools}
            elif m["method"] == "tools/call":
                p = m["params"]
                text = str(p["arguments"]["a"] + p["arguments"]["b"]) if p["name"] == "add" else os.environ["TOKEN"]
                answer["result"] = {"content": [{"type": "text", "text": text}]}
            else:
                answer["error"] = {"code": -32601, "message": "no such method"}
            print(json.dumps(answer), flush=True)
        """";

    [Fact]
    public async Task Tools_of_a_server_started_as_a_process_are_called()
    {
        await using var run = await TeamRun.StartAsync(new Answer("", new Call("add", """{"a":2,"b":3}"""), new Call("secret", "{}")), new Answer("done"));
        run.Environment["T"] = "from the environment";
        run.Write("server.py", Server);
        Assert.Equal(0, await run.ExecAsync("""
            agents: {root: {model: openai/gpt-4o, toolsets: [{type: mcp, name: sums, command: python3, args: [server.py], env: {TOKEN: "${env.T}"}}]}}
            permissions: {allow: ["mcp:sums:*"]}
            """, "go"));
        Assert.Contains("Sums are made with add.", run.Provider.Requests[0].Body.ToJsonString());
        var messages = (JsonArray)run.Provider.Requests[1].Body["messages"]!;
        Assert.Equal(["5", "from the environment"], messages.Where(message => message!["role"]!.GetValue<string>() == "tool").Select(message => message!["content"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("streamable")]
    [InlineData(null)]
    public async Task Tools_of_a_server_over_http_are_called_with_its_headers(string? transport)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddMcpServer().WithHttpTransport().WithTools([McpServerTool.Create(Multiply, new McpServerToolCreateOptions { Name = "multiply" }), McpServerTool.Create(Multiply, new McpServerToolCreateOptions { Name = "hidden" })]);
        await using var app = builder.Build();
        var keys = new List<string>();
        app.Use((context, next) =>
        {
            lock (keys) keys.Add(context.Request.Headers.Authorization.ToString());
            return next();
        });
        app.MapMcp("/mcp");
        await app.StartAsync();

        await using var run = await TeamRun.StartAsync(new Answer("", new Call("multiply", """{"a":6,"b":7}""")), new Answer("done"));
        run.Environment["TOKEN"] = "t0ken";
        var how = transport is null ? "" : $", transport_type: {transport}";
        Assert.Equal(0, await run.ExecAsync("""
            agents: {root: {model: openai/gpt-4o, toolsets: [{type: mcp, tools: [multiply], remote: {url: "URL/mcp"HOW, headers: {Authorization: "Bearer ${env.TOKEN}"}}}]}}
            """.Replace("URL", app.Urls.First()).Replace("HOW", how), "go"));
        Assert.Equal("42", ((JsonArray)run.Provider.Requests[1].Body["messages"]!)[^1]!["content"]!.GetValue<string>());
        Assert.DoesNotContain("hidden", run.Provider.Requests[0].Body.ToJsonString());
        Assert.All(keys, key => Assert.Equal("Bearer t0ken", key));
    }

    [Description("Multiplies")]
    private static int Multiply(int a, int b) => a * b;
}
