using Sbx.Agent.Configuration.Definitions;
using Sbx.Agent.Tools.Shell;

namespace Sbx.Agent.Tools.Files;

/// <summary>Runs the commands configured for edited files; what they say when they fail goes to the model.</summary>
internal sealed class PostEdits(IReadOnlyList<PostEditDefinition> definitions, string directory)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public async Task<string> RunAsync(string file, CancellationToken cancel)
    {
        var said = "";
        foreach (var definition in definitions.Where(definition => GlobPattern.IsMatch(definition.Path, Path.GetRelativePath(directory, file))))
        {
            var environment = new Dictionary<string, string> { ["path"] = file, ["file"] = file };
            var result = await ShellCommand.RunAsync(definition.Command, directory, environment, null, Limit, cancel).ConfigureAwait(false);
            if (result.ExitCode != 0) said += $"\n'{definition.Command}' failed: {result.Describe()}";
        }

        return said;
    }
}
