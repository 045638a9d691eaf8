using Sbx.Agent.Chat;
using Sbx.Agent.Runtime;

namespace Sbx.Agent.Tools.Team;

/// <summary>The toolset <c>model_picker</c>: an agent chooses among the models its file allows.</summary>
internal static class ModelPicker
{
    public static IToolset Create(TeamRuntime runtime, string agent, IReadOnlyList<string> models)
    {
        string? before = null;
        return new StaticToolset($"Models: change_model switches to the one that fits the task best, of: {string.Join(", ", models)}. revert_model goes back.",
        [
            new FunctionTool(new ToolSpec("change_model", "Switches to another model, from the next turn on.", ToolSchema.Object(
                ToolSchema.Choice("model", "The model", [.. models]) with { Required = true }), ReadOnly: true), (input, _) =>
            {
                var model = input.Text("model");
                if (!models.Contains(model)) return Task.FromResult(ToolResult.Error($"'{model}' is not one of: {string.Join(", ", models)}"));
                var self = runtime.Agent(agent);
                before ??= self.ModelOverride ?? "";
                self.ModelOverride = model;
                return Task.FromResult(new ToolResult($"{model} answers from now on"));
            }),
            new FunctionTool(new ToolSpec("revert_model", "Goes back to the agent's own model.", ToolSchema.Nothing, ReadOnly: true), (_, _) =>
            {
                if (before is not null) runtime.Agent(agent).ModelOverride = before.Length > 0 ? before : null;
                before = null;
                return Task.FromResult(new ToolResult("the agent's own model answers from now on"));
            }),
        ]);
    }
}
