using Sbx.Agent.Chat;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Runtime.Skills;
using Sbx.Agent.Tools;
using Sbx.Agent.Tools.Files;
using Sbx.Agent.Tools.Mcp;
using Sbx.Agent.Tools.Notes;
using Sbx.Agent.Tools.Shell;
using Sbx.Agent.Tools.Team;
using Sbx.Agent.Tools.Web;

namespace Sbx.Agent.Runtime;

/// <summary>Makes the toolsets that a file asks for.</summary>
internal sealed class ToolsetFactory(TeamRuntime runtime, RuntimeOptions options, HttpClient http, IUserInterface ui, TimeProvider time)
{
    private readonly Lazy<TodoList> _shared = new(() => Watch(new TodoList(), "", ui));

    public IReadOnlyList<AgentToolset> Create(AgentDefinition agent)
    {
        var result = agent.Toolsets.Select(toolset => new AgentToolset(toolset, Create(toolset, agent.Name))).ToList();
        if (TeamCalls.Create(runtime, agent) is { } team) result.Add(new AgentToolset(null, team));
        if (agent.Skills.Contains("local") && SkillLibrary.Find(options.Directory, options.Paths.Home) is { Count: > 0 } skills) result.Add(new AgentToolset(null, SkillTools.Create(skills)));
        if (agent.Rag.Count > 0) result.Add(new AgentToolset(null, new MissingToolset($"rag ({string.Join(", ", agent.Rag)})")));
        if (agent.CodeModeTools) result.Add(new AgentToolset(null, new MissingToolset("code_mode_tools")));
        foreach (var name in agent.SubAgents.Concat(agent.Handoffs).Distinct().Where(name => runtime.Team.Agents.All(other => other.Name != name)))
            result.Add(new AgentToolset(null, new MissingToolset($"the external agent '{name}'")));
        return result;
    }

    private IToolset Create(ToolsetDefinition toolset, string agent) => toolset.Type switch
    {
        "filesystem" => FileTools.Create(toolset, options.Directory),
        "shell" => ShellTools.Create(toolset, options.Directory, time, options.Environment),
        "script" => ShellTools.CreateScripts(toolset, options.Directory, options.Environment),
        "think" => NoteTools.Think(),
        "todo" => (toolset.Shared ? _shared.Value : Watch(new TodoList(), agent, ui)).Toolset(),
        "memory" => MemoryTools.Create(toolset, agent, options.Directory, options.Paths, time),
        "fetch" => FetchTool.Create(toolset, http),
        "api" => ApiTool.Create(toolset.Api!, http, options.Environment),
        "user_prompt" => UserPrompt(),
        "mcp" => new McpToolset(toolset, options.Directory, http, options.Environment, ui.AskAsync),
        "model_picker" => ModelPicker.Create(runtime, agent, toolset.Models),
        _ => new MissingToolset($"toolset '{toolset.Type}'"),
    };

    private static TodoList Watch(TodoList list, string agent, IUserInterface ui)
    {
        list.Changed += items => _ = ui.ShowAsync(new TodosChanged(agent, items), CancellationToken.None).AsTask();
        return list;
    }

    private StaticToolset UserPrompt() => new("Questions: ask the user with user_prompt when you cannot go on without an answer.",
    [
        new FunctionTool(new ToolSpec("user_prompt", "Asks the user and answers with what they said: accept with content, decline, or cancel.", ToolSchema.Object(
            ToolSchema.Text("message", "The question"),
            ToolSchema.Text("title", "Title of the dialog", required: false),
            new ToolParameter("schema", new System.Text.Json.Nodes.JsonObject { ["type"] = "object" }, "JSON Schema of the answer", false)), ReadOnly: true),
            async (input, cancel) =>
            {
                var answer = await ui.AskAsync(input.Text("message"), input.All["schema"] as System.Text.Json.Nodes.JsonObject, cancel).ConfigureAwait(false);
                var json = new System.Text.Json.Nodes.JsonObject { ["action"] = answer.Action };
                if (answer.Content is not null) json["content"] = answer.Content.DeepClone();
                return new ToolResult(json.ToText());
            }),
    ]);
}

/// <summary>Something a file may ask for that this runtime does not have: said once, and the agent works without it.</summary>
internal sealed class MissingToolset(string what) : IToolset
{
    public string Instructions => "";

    public Task<IReadOnlyList<ITool>> ToolsAsync(CancellationToken cancel) =>
        throw new ToolsetException($"{what} is not available in this runtime; the agent works without it");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
