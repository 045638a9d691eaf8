using Sbx.Bench.Processes;

namespace Sbx.Bench.Scenarios;

/// <summary>A directory to work in: the script, and a git repository of 5,000 files. Owned by uid 1000, the guest's ordinary user.</summary>
internal static class WorkFiles
{
    public const string Script = "files.py";

    private const int Directories = 50;
    private const int FilesEach = 100;

    public static async Task MakeAsync(string directory, CancellationToken cancellationToken)
    {
        var repository = Path.Combine(directory, "repository");
        for (var i = 0; i < Directories; i++)
        {
            var place = Directory.CreateDirectory(Path.Combine(repository, $"part-{i:00}")).FullName;
            for (var j = 0; j < FilesEach; j++)
                await File.WriteAllTextAsync(Path.Combine(place, $"file-{j:00}.txt"), $"file {i} {j}\n", cancellationToken).ConfigureAwait(false);
        }

        File.Copy(Path.Combine(AppContext.BaseDirectory, "Scripts", Script), Path.Combine(directory, Script), overwrite: true);
        string[] git = ["git", "-c", "safe.directory=*", "-c", "user.name=bench", "-c", "user.email=bench@localhost", "-C", repository];
        await Command.RunAsync([.. git, "init", "--quiet"], cancellationToken).ConfigureAwait(false);
        await Command.RunAsync([.. git, "add", "."], cancellationToken).ConfigureAwait(false);
        await Command.RunAsync([.. git, "commit", "--quiet", "--message", "files"], cancellationToken).ConfigureAwait(false);
        await Command.RunAsync(["chown", "-R", "1000:1000", directory], cancellationToken).ConfigureAwait(false);
    }
}
