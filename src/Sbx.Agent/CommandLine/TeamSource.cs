using Sbx.Agent.Builtin;
using Sbx.Agent.Configuration;
using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Storage;

namespace Sbx.Agent.CommandLine;

/// <summary>Finds the team that a word names: an alias, a built-in one, a file, or a directory with agent.yaml.</summary>
internal static class TeamSource
{
    /// <exception cref="UsageException">There is no such team.</exception>
    /// <exception cref="ConfigurationException">Its file is not valid.</exception>
    public static async Task<(TeamDefinition Team, Alias? Alias)> LoadAsync(string? reference, AgentPaths paths, string directory, CancellationToken cancel)
    {
        var aliases = Aliases.Read(paths);
        var alias = aliases.GetValueOrDefault(reference ?? "default");
        var target = alias?.Target ?? reference ?? "default";
        var file = Path.GetFullPath(target, directory);
        if (Directory.Exists(file) && File.Exists(Path.Combine(file, "agent.yaml"))) file = Path.Combine(file, "agent.yaml");
        try
        {
            if (File.Exists(file)) return (await TeamFile.ReadAsync(file, cancel).ConfigureAwait(false), alias);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{target} cannot be read: {e.Message}");
        }

        if (BuiltinTeams.Find(target) is { } text) return (TeamFile.Parse(text, target), alias);
        throw new UsageException(target.Contains('/') && !target.StartsWith('.') && !target.StartsWith('/') && !target.EndsWith(".yaml", StringComparison.Ordinal)
            ? $"'{target}' is no file here, and agents from registries cannot be pulled in this sandbox; give the path of an agent file"
            : $"no file '{target}', and no alias or built-in agent of that name (default, coder)");
    }
}
