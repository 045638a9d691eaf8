using System.Text.Json.Nodes;

namespace Sbx.Agent.Tools;

/// <summary>What a user said to a question of the agent.</summary>
/// <param name="Action">accept, decline or cancel.</param>
/// <param name="Content">The answer, when accepted.</param>
internal sealed record PromptAnswer(string Action, JsonObject? Content = null)
{
    public static readonly PromptAnswer Cancel = new("cancel");
}
