using System.Text.Json.Nodes;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Configuration.Reading;
using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration;

/// <summary>Reads configuration files of agent teams: versions 0 to 7 of Docker Agent's language, upgraded to the latest.</summary>
public static class TeamFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancel">Cancels reading.</param>
    /// <exception cref="ConfigurationException">It is not valid; all that is wrong is in it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<TeamDefinition> ReadAsync(string path, CancellationToken cancel = default) =>
        Parse(await File.ReadAllTextAsync(path, cancel).ConfigureAwait(false), path);

    /// <summary>Reads a configuration from its text.</summary>
    /// <param name="text">YAML, at most 1 MiB.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="ConfigurationException">It is not valid; all that is wrong is in it.</exception>
    public static TeamDefinition Parse(string text, string file)
    {
        YamlNode root;
        try
        {
            root = YamlComposer.Compose(text);
        }
        catch (YamlSyntaxException e)
        {
            throw new ConfigurationException([new ConfigurationIssue(file, e.At, e.Message)]);
        }

        var context = new ReadContext(file, VersionOf(root, file));
        var team = Read(context, root);
        return context.Issues.Count > 0 ? throw new ConfigurationException(context.Issues) : team!;
    }

    private static int VersionOf(YamlNode root, string file)
    {
        if (root is not YamlMapping mapping || mapping.Find("version") is not { Value.IsNull: false } entry) return ReadContext.Latest;
        if (entry.Value is YamlScalar { Text: [>= '0' and <= '7'] digit }) return digit[0] - '0';
        throw new ConfigurationException([new ConfigurationIssue(file, entry.Value.At,
            $"expected a version from \"0\" to \"{ReadContext.Latest}\", found {(entry.Value is YamlScalar scalar ? $"'{Spelling.Shown(scalar.Text)}'" : entry.Value.Kind)}")]);
    }

    private static TeamDefinition? Read(ReadContext context, YamlNode root)
    {
        if (MappingReader.Of(context, root, "an agent file") is not { } map) return null;
        map.Entry("version");
        var agentEntries = map.Entries("agents");
        var modelEntries = map.Entries("models");
        var providerEntries = map.Entries("providers", since: 3);
        var ragEntries = map.Entries("rag", since: 2);
        var checks = new ReferenceChecks(context, Names(agentEntries), Names(modelEntries), Names(providerEntries), Names(ragEntries));
        var toolsets = new ToolsetReader(context, checks);
        foreach (var entry in map.Entries("mcps", since: 6)) toolsets.ReadServer(entry);
        var agents = new AgentReader(context, checks, toolsets);

        if (map.Entry("agents") is null || agentEntries.Count == 0 && map.Entry("agents")!.Value is YamlMapping)
            context.Fail(map.At, "expected 'agents' with at least one agent");
        if (context.Version <= 1) ModelReader.Removed(map, "env");
        var team = new TeamDefinition
        {
            Version = context.Version,
            Agents = [.. agentEntries.Select(agents.Read).OfType<AgentDefinition>()],
            Models = Read(modelEntries, entry => ModelReader.Model(context, entry, checks)),
            Providers = Read(providerEntries, entry => ModelReader.Provider(context, entry)),
            Rag = Read(ragEntries, entry => RagReader.Read(context, entry)),
            Metadata = Metadata(map),
            Permissions = Permissions(map),
            Warnings = context.Warnings,
        };
        map.Done();
        return team;
    }

    private static HashSet<string> Names(IReadOnlyList<YamlEntry> entries) => [.. entries.Select(entry => entry.Key)];

    private static Dictionary<string, T> Read<T>(IReadOnlyList<YamlEntry> entries, Func<YamlEntry, T?> read)
        where T : class
    {
        var result = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in entries)
            if (read(entry) is { } value) result[entry.Key] = value;
        return result;
    }

    private static MetadataDefinition Metadata(MappingReader root)
    {
        if (root.Mapping("metadata", "'metadata'", since: 1) is not { } map) return new MetadataDefinition(null, null, null, null, null);
        var result = new MetadataDefinition(
            map.Text("author"), map.Text("license"), map.Text("description", since: 4), map.Text("readme"), map.Text("version", since: 3));
        map.Done();
        return result;
    }

    private static PermissionsDefinition Permissions(MappingReader root)
    {
        if (root.Mapping("permissions", "'permissions'", since: 3) is not { } map) return new PermissionsDefinition([], [], []);
        var result = new PermissionsDefinition(map.Texts("allow"), map.Texts("ask", since: 4), map.Texts("deny"));
        map.Done();
        return result;
    }
}
