using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration.Reading;

/// <summary>Reads toolsets and the MCP servers defined for reuse.</summary>
internal sealed class ToolsetReader(ReadContext context, ReferenceChecks checks)
{
    /// <summary>Which types each key belongs to.</summary>
    private static readonly Dictionary<string, string[]> Owners = new()
    {
        ["shell"] = ["script"],
        ["path"] = ["memory", "tasks"],
        ["post_edit"] = ["filesystem"],
        ["ignore_vcs"] = ["filesystem"],
        ["env"] = ["shell", "script", "mcp", "lsp"],
        ["file_types"] = ["lsp"],
        ["models"] = ["model_picker"],
        ["shared"] = ["todo"],
        ["version"] = ["mcp", "lsp"],
        ["command"] = ["mcp", "lsp"],
        ["args"] = ["mcp", "lsp"],
        ["ref"] = ["mcp"],
        ["remote"] = ["mcp"],
        ["headers"] = ["openapi", "a2a"],
        ["config"] = ["mcp"],
        ["url"] = ["a2a", "openapi"],
        ["name"] = ["mcp", "a2a"],
        ["api_config"] = ["api"],
        ["timeout"] = ["fetch"],
    };

    private static readonly string[] Types =
    [
        "mcp", "script", "think", "memory", "filesystem", "shell", "tasks", "todo", "fetch", "api", "a2a", "lsp", "user_prompt",
        "openapi", "model_picker", "background_agents",
    ];

    private readonly Dictionary<string, ToolsetDefinition> _servers = new(StringComparer.Ordinal);

    /// <summary>Reads an entry of <c>mcps</c>, which toolsets may then refer to.</summary>
    public void ReadServer(YamlEntry entry)
    {
        if (MappingReader.Of(context, entry.Value, $"MCP server '{entry.Key}'") is not { } map) return;
        var server = Read(map, "mcp", isDefinition: true);
        map.Done();
        if (server.Ref is { } reference && !reference.StartsWith("docker:", StringComparison.Ordinal))
            context.Fail(map.Entry("ref")!.Value.At, $"expected docker:NAME for 'ref' of an MCP server, found '{Spelling.Shown(reference)}'");
        _servers[entry.Key] = server with { Name = server.Name ?? entry.Key };
    }

    public ToolsetDefinition? Read(YamlNode node)
    {
        if (MappingReader.Of(context, node, "a toolset") is not { } map) return null;
        if (map.Entry("type") is null) context.Fail(map.At, $"a toolset needs 'type', one of: {string.Join(", ", Types)}");
        if (map.Choice("type", Types) is not { } type) return null;
        var read = Read(map, type, isDefinition: false);
        map.Done();
        CheckOwners(node, type);
        return type == "mcp" ? Resolve(map, read) : CheckNeeds(map, read);
    }

    private ToolsetDefinition Read(MappingReader map, string type, bool isDefinition)
    {
        var (deferAll, defer) = Defer(map);
        if (context.Version <= 1) ModelReader.Removed(map, "env_file");
        if (context.Version is >= 3 and <= 5 && map.Entry("sandbox") is { } sandbox)
            context.Warn(sandbox.At, "'sandbox' has no effect any more: the whole agent runs in one");
        var models = map.LocatedTexts("models", since: 6);
        foreach (var (text, at) in models) checks.Model(text, at);
        var model = isDefinition ? null : map.Text("model", since: 6);
        if (model is not null) checks.Model(model, map.Entry("model")!.Value.At);
        return new ToolsetDefinition
        {
            Type = type,
            Tools = map.Texts("tools"),
            Instruction = map.Text("instruction", since: 2),
            Toon = map.Text("toon", since: 2),
            Model = model,
            DeferAll = deferAll,
            Defer = defer,
            Command = map.Text("command"),
            Args = map.Texts("args"),
            Ref = map.Text("ref", since: 1),
            Remote = Remote(map),
            Config = map.Free("config", since: 1),
            Name = map.Text("name", since: 3),
            Url = ModelReader.Address(map, "url", since: 3),
            Headers = map.TextMap("headers", since: 4),
            Env = map.TextMap("env"),
            Shared = map.Flag("shared", since: 1) ?? false,
            Path = map.Text("path", since: 1),
            Shell = Scripts(map),
            PostEdit = PostEdits(map),
            Api = Api(map),
            IgnoreVcs = map.Flag("ignore_vcs", since: 2) ?? true,
            Timeout = map.Seconds("timeout", since: 2),
            FileTypes = map.Texts("file_types", since: 4),
            Models = [.. models.Select(item => item.Text)],
            Version = VersionOf(map),
        };
    }

    // 'false' switches automatic installation off, and is written without quotes too.
    private static string? VersionOf(MappingReader map) =>
        map.Entry("version", since: 6) is { Value: YamlScalar { AsFlag: false } } ? "false" : map.Text("version", since: 6);

    private (bool All, IReadOnlyList<string> Names) Defer(MappingReader map)
    {
        if (map.Entry("defer", since: 3) is not { } entry) return (false, []);
        return entry.Value is YamlSequence ? (false, map.Texts("defer")) : (map.Flag("defer") ?? false, []);
    }

    private ToolsetDefinition? Resolve(MappingReader map, ToolsetDefinition read)
    {
        if (read.Ref is { } reference && !reference.StartsWith("docker:", StringComparison.Ordinal))
        {
            if (!_servers.TryGetValue(reference, out var server))
            {
                context.FailUnknown(map.Entry("ref")!.Value.At, "MCP server", reference, _servers.Keys.Append("docker:NAME"));
                return null;
            }

            return server with
            {
                Tools = read.Tools.Count > 0 ? read.Tools : server.Tools,
                Instruction = read.Instruction ?? server.Instruction,
                Toon = read.Toon ?? server.Toon,
                Model = read.Model,
                DeferAll = read.DeferAll || server.DeferAll,
                Defer = read.Defer.Count > 0 ? read.Defer : server.Defer,
                Config = read.Config ?? server.Config,
                Name = read.Name ?? server.Name,
                Env = server.Env.Concat(read.Env).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value),
            };
        }

        var ways = new[] { read.Command is not null, read.Remote is not null, read.Ref is not null }.Count(way => way);
        if (ways != 1) context.Fail(map.At, $"an mcp toolset needs exactly one of 'command', 'remote' and 'ref'; this one has {ways}");
        return read;
    }

    private ToolsetDefinition CheckNeeds(MappingReader map, ToolsetDefinition read)
    {
        var missing = read.Type switch
        {
            "lsp" when read.Command is null => "command",
            "a2a" or "openapi" when map.Entry("url") is null => "url",
            "api" when map.Entry("api_config") is null => "api_config",
            "script" when map.Entry("shell") is null => "shell",
            "model_picker" when read.Models.Count == 0 => "models",
            _ => null,
        };
        if (missing is not null) context.Fail(map.At, $"a toolset of type {read.Type} needs '{missing}'");
        return read;
    }

    private void CheckOwners(YamlNode node, string type)
    {
        foreach (var entry in ((YamlMapping)node).Entries.Where(entry => !entry.Value.IsNull))
            if (Owners.TryGetValue(entry.Key, out var owners) && !owners.Contains(type))
                context.Fail(entry.At, $"'{entry.Key}' belongs to toolsets of type {string.Join(" or ", owners)}, not {type}");
    }

    private static RemoteDefinition? Remote(MappingReader toolset)
    {
        if (toolset.Mapping("remote", "'remote'") is not { } map) return null;
        var result = new RemoteDefinition(
            ModelReader.Address(map, "url", required: true) ?? "",
            map.Choice("transport_type", ["sse", "streamable", "streamable-http", "http"]),
            map.TextMap("headers"));
        map.Done();
        return result;
    }

    private Dictionary<string, ScriptDefinition> Scripts(MappingReader toolset)
    {
        var result = new Dictionary<string, ScriptDefinition>(StringComparer.Ordinal);
        foreach (var entry in toolset.Entries("shell", since: 1))
        {
            if (entry.Key.Length == 0 || !(char.IsAsciiLetter(entry.Key[0]) || entry.Key[0] == '_') || !entry.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
                context.Fail(entry.At, $"expected a tool name of letters, digits, '_' and '-', found '{Spelling.Shown(entry.Key)}'");
            if (MappingReader.Of(context, entry.Value, $"script '{entry.Key}'") is not { } map) continue;
            result[entry.Key] = new ScriptDefinition(
                map.Text("cmd", required: true) ?? "", map.Text("description"), map.FreeObject("args") ?? [],
                map.Entry("required") is null ? null : map.Texts("required"), map.TextMap("env"), map.Text("working_dir"));
            map.Done();
        }

        return result;
    }

    private List<PostEditDefinition> PostEdits(MappingReader toolset)
    {
        var result = new List<PostEditDefinition>();
        foreach (var item in toolset.Items("post_edit", since: 1))
        {
            if (MappingReader.Of(context, item, "an entry of 'post_edit'") is not { } map) continue;
            result.Add(new PostEditDefinition(map.Text("path", required: true) ?? "", map.Text("cmd", required: true) ?? ""));
            map.Done();
        }

        return result;
    }

    private static ApiDefinition? Api(MappingReader toolset)
    {
        if (toolset.Mapping("api_config", "'api_config'", since: 2) is not { } map) return null;
        var result = new ApiDefinition(
            map.Text("name", required: true) ?? "", map.Text("instruction"), ModelReader.Address(map, "endpoint", required: true) ?? "",
            map.Choice("method", ["GET", "POST", "PUT", "PATCH", "DELETE"]) ?? "GET",
            map.TextMap("headers"), map.FreeObject("args") ?? [], map.Texts("required"), map.Free("output_schema", since: 3));
        map.Done();
        return result;
    }
}
