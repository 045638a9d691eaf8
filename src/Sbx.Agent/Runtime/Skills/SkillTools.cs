using Sbx.Agent.Chat;
using Sbx.Agent.Tools;

namespace Sbx.Agent.Runtime.Skills;

/// <summary>The tools <c>read_skill</c> and <c>read_skill_file</c>.</summary>
internal static class SkillTools
{
    public static IToolset Create(IReadOnlyList<Skill> skills)
    {
        var list = string.Join('\n', skills.Select(skill => $"- {skill.Name}: {skill.Description}"));
        return new StaticToolset($"Skills: when a task fits one of these descriptions, read the skill with read_skill first and do as it says.\n{list}",
        [
            new FunctionTool(new ToolSpec("read_skill", "Reads the instructions of a skill.", ToolSchema.Object(ToolSchema.Text("name", "The skill's name")), ReadOnly: true),
                (input, cancel) => ReadAsync(skills, input.Text("name"), "SKILL.md", cancel)),
            new FunctionTool(new ToolSpec("read_skill_file", "Reads a file that belongs to a skill.", ToolSchema.Object(
                ToolSchema.Text("skill_name", "The skill's name"), ToolSchema.Text("path", "The file, relative to the skill")), ReadOnly: true),
                (input, cancel) => ReadAsync(skills, input.Text("skill_name"), input.Text("path"), cancel)),
        ]);
    }

    private static async Task<ToolResult> ReadAsync(IReadOnlyList<Skill> skills, string name, string path, CancellationToken cancel)
    {
        if (skills.FirstOrDefault(skill => skill.Name == name) is not { } found) return ToolResult.Error($"no skill '{name}'");
        var full = Path.GetFullPath(path, found.Directory);
        if (!full.StartsWith(found.Directory + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return ToolResult.Error($"{path} is not part of the skill");
        if (!File.Exists(full)) return ToolResult.Error($"skill '{name}' has no file {path}");
        return ToolText.Decode(await File.ReadAllBytesAsync(full, cancel).ConfigureAwait(false)) is { } text ? new ToolResult(ToolText.Limit(text)) : ToolResult.Error($"{path} is a binary file");
    }
}
