using Sbx.Agent.Chat;
using Sbx.Agent.Tools;

namespace Sbx.Agent.Runtime;

/// <summary>Tools that are not shown to the model until it looks for them: <c>search_tool</c> finds them, <c>add_tool</c> adds one.</summary>
internal sealed class DeferredTools
{
    private readonly List<AgentTool> _waiting = [];
    private readonly List<AgentTool> _activated = [];

    public bool Any => _waiting.Count > 0;

    public void Add(AgentTool tool) => _waiting.Add(tool);

    public List<AgentTool> TakeActivated()
    {
        lock (_activated)
        {
            List<AgentTool> taken = [.. _activated];
            _activated.Clear();
            return taken;
        }
    }

    public IEnumerable<ITool> Finders()
    {
        yield return new FunctionTool(new ToolSpec("search_tool", "Finds tools that can be added, by a word of their name or description.", ToolSchema.Object(ToolSchema.Text("query", "The word")), ReadOnly: true), (input, _) =>
        {
            var query = input.Text("query");
            var found = _waiting.Where(tool => tool.Tool.Spec.Name.Contains(query, StringComparison.OrdinalIgnoreCase) || tool.Tool.Spec.Description.Contains(query, StringComparison.OrdinalIgnoreCase)).ToList();
            return Task.FromResult(new ToolResult(found.Count == 0 ? $"no tool for '{query}'" : string.Join('\n', found.Select(tool => $"{tool.Tool.Spec.Name}: {tool.Tool.Spec.Description}"))));
        });
        yield return new FunctionTool(new ToolSpec("add_tool", "Adds a tool that search_tool found; it can be called from the next turn on.", ToolSchema.Object(ToolSchema.Text("name", "Its name")), ReadOnly: true), (input, _) =>
        {
            var name = input.Text("name");
            if (_waiting.Find(tool => tool.Tool.Spec.Name == name) is not { } found) return Task.FromResult(ToolResult.Error($"no tool '{name}'; search_tool finds them"));
            lock (_activated) _activated.Add(found);
            return Task.FromResult(new ToolResult($"{name} can be called now"));
        });
    }
}
