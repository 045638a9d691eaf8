using System.Diagnostics;

namespace Sbx.Machines.Processes;

/// <summary>Finds and runs small programs of the host.</summary>
internal static class Programs
{
    // Ordinary users of Debian have no sbin in their PATH, and mkfs.ext4 is there; Homebrew keeps e2fsprogs out of it.
    private static readonly string[] MoreDirectories =
        ["/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/bin", "/opt/homebrew/opt/e2fsprogs/sbin", "/usr/local/opt/e2fsprogs/sbin"];

    /// <summary>Absolute path of a program, or null.</summary>
    public static string? Find(string name)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Concat(MoreDirectories)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Runs a program to its end with stdin closed; it is killed on cancellation.</summary>
    public static async Task<ProgramResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new IOException($"{program} could not be started");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return new ProgramResult(process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its code.</param>
/// <param name="Output">What it wrote to stdout, then stderr.</param>
internal sealed record ProgramResult(int ExitCode, string Output);
