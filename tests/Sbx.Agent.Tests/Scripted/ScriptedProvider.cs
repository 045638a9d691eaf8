using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sbx.Agent.Tests.Scripted;

/// <summary>A request that reached the server: where, with which headers, and what it asked.</summary>
internal sealed record Asked(string Path, IReadOnlyDictionary<string, string> Headers, JsonObject Body);

/// <summary>A call in a scripted answer.</summary>
internal sealed record Call(string Name, string Arguments);

/// <summary>What the server answers with: text and calls, or a failure.</summary>
internal sealed record Answer(string Text = "", params Call[] Calls)
{
    public int Status { get; init; } = 200;

    public string ErrorBody { get; init; } = "{\"error\":{\"message\":\"scripted\"}}";

    public (string Name, string Value)? Header { get; init; }

    /// <summary>The stream ends after the first piece of text, without its end.</summary>
    public bool CutOff { get; init; }

    public string Thought { get; init; } = "";

    /// <summary>The answer waits for this before it begins.</summary>
    public Task? After { get; init; }

    public long InputTokens { get; init; } = 100;
}

/// <summary>Plays OpenAI (chat and responses), Anthropic and Gemini on a loopback port, over real HTTP and real event streams.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly ConcurrentQueue<Asked> _asked = new();

    private ScriptedProvider(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>Answers by what was asked; null to take the next of the queue.</summary>
    public Func<Asked, Answer?>? Decide { get; set; }

    public IReadOnlyList<Asked> Requests => [.. _asked];

    public static async Task<ScriptedProvider> StartAsync(params Answer[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var provider = new ScriptedProvider(app);
        app.Run(provider.HandleAsync);
        await app.StartAsync();
        provider.Url = app.Urls.First();
        foreach (var answer in answers) provider.Enqueue(answer);
        return provider;
    }

    public void Enqueue(Answer answer) => _answers.Enqueue(answer);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var body = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var asked = new Asked(context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body);
        _asked.Enqueue(asked);
        var answer = Decide?.Invoke(asked) ?? (_answers.TryDequeue(out var next) ? next : new Answer { Status = 500, ErrorBody = "{\"error\":\"the script is at its end\"}" });
        if (answer.After is { } after) await after.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        if (answer.Header is { } header) context.Response.Headers[header.Name] = header.Value;
        if (answer.Status != 200)
        {
            await context.Response.WriteAsync(answer.ErrorBody);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var (name, data) in Wire.Events(asked.Path, answer))
        {
            if (name.Length > 0) await context.Response.WriteAsync($"event: {name}\n", context.RequestAborted);
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
