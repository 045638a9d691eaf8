namespace Sbx.Secrets.Catalog;

/// <summary>Finds tools on the path; entries that are empty or relative are ignored, so that a working directory cannot supply one.</summary>
internal static class ToolPath
{
    /// <exception cref="SecretException">It is not installed.</exception>
    public static string Find(string tool, Func<string, string?> variable)
    {
        string[] names = OperatingSystem.IsWindows() ? [tool + ".exe", tool + ".cmd"] : [tool];
        foreach (var directory in (variable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified))
        {
            foreach (var name in names)
            {
                var path = Path.Combine(directory, name);
                if (File.Exists(path))
                    return path;
            }
        }

        throw new SecretException(SecretErrorKind.Source, $"The tool '{tool}', which resolves this reference, is not on the path.", $"Install '{tool}', or give the value with --command.");
    }
}
