using System.Text.Json.Nodes;
using Sbx.Agent.Chat;
using Sbx.Agent.Tools;

namespace Sbx.Agent.Runtime;

/// <summary>A tool with one more parameter, in which the model says why it calls it; the tool itself never sees it.</summary>
internal sealed class DescribedTool : ITool
{
    private const string Parameter = "description";
    private readonly ITool _tool;

    public DescribedTool(ITool tool)
    {
        _tool = tool;
        var parameters = (JsonObject)tool.Spec.Parameters.DeepClone();
        if (parameters["properties"] is not JsonObject properties) parameters["properties"] = properties = [];
        if (!properties.ContainsKey(Parameter))
            properties[Parameter] = new JsonObject { ["type"] = "string", ["description"] = "In a few words, why you make this call" };
        Spec = tool.Spec with { Parameters = parameters };
    }

    public ToolSpec Spec { get; }

    public Task<ToolResult> CallAsync(JsonObject arguments, CancellationToken cancel)
    {
        if (_tool.Spec.Parameters["properties"] is not JsonObject own || !own.ContainsKey(Parameter)) arguments.Remove(Parameter);
        return _tool.CallAsync(arguments, cancel);
    }
}
