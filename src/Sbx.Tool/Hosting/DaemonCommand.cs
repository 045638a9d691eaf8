namespace Sbx.Tool.Hosting;

/// <summary>The command line that runs this very program as the daemon.</summary>
internal static class DaemonCommand
{
    /// <summary>For the running process; null when its executable is not known.</summary>
    public static IReadOnlyList<string>? OfThisProcess() =>
        Of(Environment.ProcessPath, Path.Combine(AppContext.BaseDirectory, "sbx.dll"));

    /// <summary>The command for a process image and the tool's assembly.</summary>
    /// <param name="process">Path of the running executable: the tool's own host, or <c>dotnet</c>.</param>
    /// <param name="assembly">Path of <c>sbx.dll</c>.</param>
    public static IReadOnlyList<string>? Of(string? process, string assembly) => process switch
    {
        null => null,
        _ when Path.GetFileNameWithoutExtension(process).Equals("sbx", StringComparison.OrdinalIgnoreCase) => [process, "daemon", "run"],
        _ => [process, assembly, "daemon", "run"],
    };
}
