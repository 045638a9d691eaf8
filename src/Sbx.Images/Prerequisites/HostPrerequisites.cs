using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sbx.Images.Prerequisites;

/// <summary>Looks for the programs of the host that sbx uses. Thread-safe.</summary>
public static partial class HostPrerequisites
{
    private static readonly TimeSpan VersionTimeout = TimeSpan.FromSeconds(10);

    // Debian keeps these two out of an ordinary user's PATH.
    private static readonly string[] SystemDirectories = OperatingSystem.IsWindows() ? [] : ["/usr/sbin", "/sbin"];

    /// <summary>The programs of this operating system, found or not. Starts each one found once, to ask for its version.</summary>
    public static IReadOnlyList<Prerequisite> Check() => Check(Environment.GetEnvironmentVariable("PATH"));

    /// <summary>The same, with another search path.</summary>
    /// <param name="path">Directories, separated as in <c>PATH</c>; null for none.</param>
    public static IReadOnlyList<Prerequisite> Check(string? path) => [.. Wanted().Select(wanted =>
    {
        var found = Find(wanted.Name, path);
        return new Prerequisite(wanted.Name, wanted.NeededFor, found, found is null ? null : AskVersion(found, wanted.VersionArgument), wanted.Package);
    })];

    /// <summary>Absolute path of a program; null when it is in none of the directories.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="path">Directories, separated as in <c>PATH</c>; null for none.</param>
    public static string? Find(string name, string? path)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        foreach (var directory in (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified).Concat(SystemDirectories))
        {
            var candidate = Path.Combine(directory, file);
            if (File.Exists(candidate) && IsExecutable(candidate))
                return candidate;
        }

        return null;
    }

    private static IEnumerable<(string Name, string NeededFor, string VersionArgument, string Package)> Wanted()
    {
        yield return ("qemu-system-x86_64", "running virtual machines", "--version", "qemu-system-x86");
        yield return ("mkfs.ext4", "making the writable disk of a sandbox", "-V", "e2fsprogs");
        if (OperatingSystem.IsLinux())
            yield return ("setpriv", "running QEMU without privileges", "--version", "util-linux");
    }

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    private static string? AskVersion(string path, string argument)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true });
            if (process is null)
                return null;
            process.StandardInput.Close();
            // mkfs.ext4 prints its version to the error stream.
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(VersionTimeout))
            {
                process.Kill();
                return null;
            }

            return VersionNumber().Match(output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult()) is { Success: true } match ? match.Value : null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)*")]
    private static partial Regex VersionNumber();
}
