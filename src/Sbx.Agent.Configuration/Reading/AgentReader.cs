using System.Text.RegularExpressions;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration.Reading;

/// <summary>Reads one entry of <c>agents</c>.</summary>
internal sealed class AgentReader(ReadContext context, ReferenceChecks checks, ToolsetReader toolsets)
{
    public AgentDefinition? Read(YamlEntry entry)
    {
        if (MappingReader.Of(context, entry.Value, $"agent '{Spelling.Shown(entry.Key)}'") is not { } map) return null;
        var result = new AgentDefinition
        {
            Name = entry.Key,
            Models = Models(map),
            Fallback = Fallback(map),
            Description = map.Text("description") ?? "",
            WelcomeMessage = map.Text("welcome_message", since: 2),
            Instruction = map.Text("instruction") ?? "",
            Toolsets = [.. OldToolsets(map), .. map.Items("toolsets").Select(toolsets.Read).OfType<ToolsetDefinition>()],
            CodeModeTools = map.Flag("code_mode_tools", since: 2) ?? false,
            SubAgents = Agents(map, "sub_agents", 0),
            Handoffs = Agents(map, "handoffs", 2),
            AddDate = map.Flag("add_date") ?? false,
            AddEnvironmentInfo = map.Flag("add_environment_info", since: 1) ?? false,
            AddPromptFiles = map.Texts("add_prompt_files", since: 2),
            AddDescriptionParameter = map.Flag("add_description_parameter", since: 4) ?? false,
            MaxIterations = (int)(map.Integer("max_iterations", 0, int.MaxValue, since: 2) ?? 0),
            NumHistoryItems = (int)(map.Integer("num_history_items", 0, int.MaxValue) ?? 0),
            Commands = Commands(map),
            StructuredOutput = StructuredOutput(map),
            Rag = Rag(map),
            Hooks = Hooks(map),
            Skills = Skills(map),
        };
        map.Done();
        return result;
    }

    private IReadOnlyList<string> Models(MappingReader map)
    {
        if (map.Text("model") is not { } text) return ["auto"];
        var at = map.Entry("model")!.Value.At;
        var references = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var reference in references) checks.Model(reference, at);
        if (references.Length == 0) context.Fail(at, "expected the name of a model or provider/model for 'model'");
        return references;
    }

    private FallbackDefinition Fallback(MappingReader agent)
    {
        if (agent.Mapping("fallback", "'fallback'", since: 4) is not { } map) return FallbackDefinition.None;
        var models = map.LocatedTexts("models");
        foreach (var (text, at) in models) checks.Model(text, at);
        var cooldown = FallbackDefinition.None.Cooldown;
        if (map.Text("cooldown") is { } written)
        {
            if (GoDuration.Parse(written) is { } parsed) cooldown = parsed;
            else context.Fail(map.Entry("cooldown")!.Value.At, $"expected a duration such as 30s or 2m30s for 'cooldown', found '{Spelling.Shown(written)}'");
        }

        var result = new FallbackDefinition([.. models.Select(item => item.Text)], (int)(map.Integer("retries", -1, 100) ?? 0), cooldown);
        map.Done();
        return result;
    }

    /// <summary>Version 0 had switches where later versions have toolsets.</summary>
    private IEnumerable<ToolsetDefinition> OldToolsets(MappingReader map)
    {
        if (context.Version > 0) yield break;
        map.Text("name");
        if (map.Entry("todo") is { Value: YamlMapping node })
        {
            var todo = new MappingReader(context, node, "'todo'");
            yield return new ToolsetDefinition { Type = "todo", Shared = todo.Flag("shared") ?? false };
            todo.Done();
        }
        else if (map.Flag("todo") == true) yield return new ToolsetDefinition { Type = "todo" };

        if (map.Flag("think") == true) yield return new ToolsetDefinition { Type = "think" };
        if (map.Mapping("memory", "'memory'") is { } memory)
        {
            if (memory.Text("path") is { } path) yield return new ToolsetDefinition { Type = "memory", Path = path };
            memory.Done();
        }
    }

    private IReadOnlyList<string> Agents(MappingReader map, string key, int since)
    {
        var names = map.LocatedTexts(key, since);
        foreach (var (text, at) in names) checks.Agent(text, at);
        return [.. names.Select(item => item.Text)];
    }

    private IReadOnlyList<string> Rag(MappingReader map)
    {
        var names = map.LocatedTexts("rag", since: 2);
        foreach (var (text, at) in names) checks.RagSource(text, at);
        return [.. names.Select(item => item.Text)];
    }

    private IReadOnlyDictionary<string, CommandDefinition> Commands(MappingReader map)
    {
        var result = new Dictionary<string, CommandDefinition>(StringComparer.Ordinal);
        if (map.Entry("commands") is not { } entry) return result;
        // Either one mapping or a list of mappings.
        foreach (var part in entry.Value is YamlSequence list ? list.Items : [entry.Value])
        {
            if (part is not YamlMapping mapping) context.Fail(part.At, $"expected a mapping of names to prompts in 'commands', found {part.Kind}");
            else foreach (var command in mapping.Entries)
                if (Command(map, command) is { } read) result[command.Key] = read;
        }

        return result;
    }

    private CommandDefinition? Command(MappingReader map, YamlEntry entry)
    {
        if (entry.Value is YamlScalar) return map.TextOf(entry.Value, $"command '{entry.Key}'") is { } prompt ? new CommandDefinition(null, prompt) : null;
        if (MappingReader.Of(context, entry.Value, $"command '{entry.Key}'") is not { } command) return null;
        var (description, instruction) = (command.Text("description"), command.Text("instruction"));
        command.Done();
        if (instruction is null && description is null) context.Fail(entry.At, $"command '{entry.Key}' needs 'instruction'");
        return new CommandDefinition(description, instruction ?? description ?? "");
    }

    private StructuredOutputDefinition? StructuredOutput(MappingReader agent)
    {
        if (agent.Mapping("structured_output", "'structured_output'", since: 2) is not { } map) return null;
        var schema = map.FreeObject("schema");
        if (schema is null) context.Fail(map.At, "'structured_output' needs 'schema', a JSON Schema of an object");
        else if (schema["type"]?.ToString() != "object" || schema["properties"] is not System.Text.Json.Nodes.JsonObject)
            context.Fail(map.Entry("schema")!.Value.At, "'schema' needs type: object and a mapping 'properties'");
        var result = new StructuredOutputDefinition(
            map.Text("name", required: true) ?? "", map.Text("description"), map.Flag("strict") ?? false, schema ?? []);
        map.Done();
        return result;
    }

    private HooksDefinition Hooks(MappingReader agent)
    {
        if (agent.Mapping("hooks", "'hooks'", since: 3) is not { } map) return HooksDefinition.None;
        var result = new HooksDefinition(
            Matchers(map, "pre_tool_use"), Matchers(map, "post_tool_use"),
            Hooks(map, "session_start"), Hooks(map, "session_end"), Hooks(map, "on_user_input", since: 6));
        map.Done();
        return result;
    }

    private IReadOnlyList<HookMatcherDefinition> Matchers(MappingReader hooks, string key)
    {
        var result = new List<HookMatcherDefinition>();
        foreach (var item in hooks.Items(key))
        {
            if (MappingReader.Of(context, item, $"an entry of '{key}'") is not { } map) continue;
            var matcher = map.Text("matcher") ?? "*";
            if (matcher != "*" && !IsPattern(matcher))
                context.Fail(map.Entry("matcher")!.Value.At, $"expected a regular expression for 'matcher', found '{Spelling.Shown(matcher)}'");
            if (map.Entry("hooks") is null) context.Fail(map.At, $"an entry of '{key}' needs 'hooks'");
            result.Add(new HookMatcherDefinition(matcher, Hooks(map, "hooks")));
            map.Done();
        }

        return result;
    }

    private IReadOnlyList<HookDefinition> Hooks(MappingReader owner, string key, int since = 0)
    {
        var result = new List<HookDefinition>();
        foreach (var item in owner.Items(key, since))
        {
            if (MappingReader.Of(context, item, "a hook") is not { } map) continue;
            if (map.Choice("type", ["command"]) is null && map.Entry("type") is null) context.Fail(map.At, "a hook needs 'type: command'");
            result.Add(new HookDefinition(map.Text("command", required: true) ?? "", map.Seconds("timeout") ?? TimeSpan.FromSeconds(60)));
            map.Done();
        }

        return result;
    }

    private IReadOnlyList<string> Skills(MappingReader map)
    {
        if (map.Entry("skills", since: 3) is not { } entry) return [];
        if (entry.Value is YamlSequence && context.Version >= 5) return map.Texts("skills");
        return map.Flag("skills") == true ? ["local"] : [];
    }

    private static bool IsPattern(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
