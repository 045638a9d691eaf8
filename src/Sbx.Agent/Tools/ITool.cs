using System.Text.Json.Nodes;
using Sbx.Agent.Chat;

namespace Sbx.Agent.Tools;

/// <summary>What a tool answers to the model.</summary>
internal sealed record ToolResult(string Text, bool IsError = false)
{
    public static ToolResult Error(string text) => new(text, IsError: true);
}

/// <summary>Something a model can call. Calls may run at the same time.</summary>
internal interface ITool
{
    ToolSpec Spec { get; }

    Task<ToolResult> CallAsync(JsonObject arguments, CancellationToken cancel);
}

/// <summary>A tool made of a function.</summary>
internal sealed class FunctionTool(ToolSpec spec, Func<ToolInput, CancellationToken, Task<ToolResult>> call) : ITool
{
    public ToolSpec Spec => spec;

    public Task<ToolResult> CallAsync(JsonObject arguments, CancellationToken cancel) => call(new ToolInput(arguments), cancel);
}

/// <summary>Tools that belong together, and what the model should know of them.</summary>
internal interface IToolset : IAsyncDisposable
{
    string Instructions { get; }

    Task<IReadOnlyList<ITool>> ToolsAsync(CancellationToken cancel);
}

/// <summary>A toolset that is there at once.</summary>
internal sealed class StaticToolset(string instructions, IReadOnlyList<ITool> tools, Func<ValueTask>? dispose = null) : IToolset
{
    public string Instructions => instructions;

    public Task<IReadOnlyList<ITool>> ToolsAsync(CancellationToken cancel) => Task.FromResult(tools);

    public ValueTask DisposeAsync() => dispose?.Invoke() ?? ValueTask.CompletedTask;
}
