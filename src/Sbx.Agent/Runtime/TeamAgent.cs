using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Tools;
using Sbx.Agent.Tools.Mcp;

namespace Sbx.Agent.Runtime;

/// <summary>A toolset of an agent and how the file defines it (null for those that come from the team).</summary>
internal sealed record AgentToolset(ToolsetDefinition? Definition, IToolset Toolset);

/// <summary>A tool and the toolset it comes from.</summary>
internal sealed record AgentTool(ITool Tool, ToolsetDefinition? Definition);

/// <summary>An agent at work: its tools, and which of its models comes next.</summary>
internal sealed class TeamAgent(AgentDefinition definition, IReadOnlyList<AgentToolset> toolsets) : IAsyncDisposable
{
    private readonly DeferredTools _deferred = new();
    private int _turns;
    private Dictionary<string, AgentTool>? _tools;

    public AgentDefinition Definition => definition;

    /// <summary>A model chosen on the command line or by the user, in place of the file's.</summary>
    public string? ModelOverride { get; set; }

    public IEnumerable<string> Instructions => toolsets.Select(InstructionsOf);

    /// <summary>The model of the next turn: several take turns.</summary>
    public string NextModel() => ModelOverride ?? definition.Models[_turns++ % definition.Models.Count];

    public string FirstModel => ModelOverride ?? definition.Models[0];

    /// <summary>Its tools; a toolset that fails is reported and left out.</summary>
    public async Task<IReadOnlyDictionary<string, AgentTool>> ToolsAsync(Func<string, ValueTask> warn, CancellationToken cancel)
    {
        if (_tools is null)
        {
            var all = new Dictionary<string, AgentTool>(StringComparer.Ordinal);
            foreach (var (toolset, tools) in await LoadAsync(warn, cancel).ConfigureAwait(false))
                foreach (var tool in tools.Where(tool => toolset.Definition is not { Tools.Count: > 0 } || toolset.Definition.Tools.Contains(tool.Spec.Name)))
                {
                    var bound = new AgentTool(definition.AddDescriptionParameter ? new DescribedTool(tool) : tool, toolset.Definition);
                    if (toolset.Definition is { } defined && (defined.DeferAll || defined.Defer.Contains(tool.Spec.Name))) _deferred.Add(bound);
                    else all.TryAdd(tool.Spec.Name, bound);
                }

            if (_deferred.Any) foreach (var tool in _deferred.Finders()) all.TryAdd(tool.Spec.Name, new AgentTool(tool, null));
            _tools = all;
        }

        foreach (var tool in _deferred.TakeActivated()) _tools.TryAdd(tool.Tool.Spec.Name, tool);
        return _tools;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var toolset in toolsets) await toolset.Toolset.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<List<(AgentToolset Toolset, IReadOnlyList<ITool> Tools)>> LoadAsync(Func<string, ValueTask> warn, CancellationToken cancel)
    {
        var loading = toolsets.Select(async toolset =>
        {
            try
            {
                return (toolset, Tools: await toolset.Toolset.ToolsAsync(cancel).ConfigureAwait(false), Problem: (string?)null);
            }
            catch (ToolsetException e)
            {
                return (toolset, Tools: (IReadOnlyList<ITool>)[], Problem: e.Message);
            }
        }).ToList();
        var loaded = await Task.WhenAll(loading).ConfigureAwait(false);
        foreach (var problem in loaded.Select(item => item.Problem).OfType<string>()) await warn(problem).ConfigureAwait(false);
        return [.. loaded.Select(item => (item.toolset, item.Tools))];
    }

    private static string InstructionsOf(AgentToolset toolset) => toolset.Definition?.Instruction is { } own
        ? own.Replace("{ORIGINAL_INSTRUCTIONS}", toolset.Toolset.Instructions, StringComparison.Ordinal)
        : toolset.Toolset.Instructions;
}
