using Sbx.Agent.Chat;

namespace Sbx.Agent.Tools.Notes;

/// <summary>The toolset <c>think</c>: a place to write thoughts down.</summary>
internal static class NoteTools
{
    public static IToolset Think()
    {
        var thoughts = new List<string>();
        return new StaticToolset("Think: use the think tool to work through complex problems step by step before you act; it changes nothing.",
        [
            new FunctionTool(new ToolSpec("think", "Writes a thought down. Gets no new information and changes nothing.", ToolSchema.Object(ToolSchema.Text("thought", "The thought")), ReadOnly: true),
                (input, _) =>
                {
                    lock (thoughts)
                    {
                        thoughts.Add(input.Text("thought"));
                        return Task.FromResult(new ToolResult(ToolText.Limit("Thoughts:\n" + string.Join('\n', thoughts))));
                    }
                }),
        ]);
    }
}
