using Sbx.Api.Errors;

namespace Sbx.Tool.Naming;

/// <summary>
/// Variables from <c>--env-file</c> and <c>-e</c>, in that order, the later one winning. <c>KEY</c> alone passes the host's
/// variable on and is left out where the host has none. A file has one <c>KEY=VALUE</c> or <c>KEY</c> a line; empty lines
/// and lines that begin with <c>#</c> do not count, and nothing is unquoted.
/// </summary>
internal static class EnvironmentOptions
{
    /// <summary>The variables.</summary>
    /// <param name="files">Paths of files.</param>
    /// <param name="entries"><c>KEY=VALUE</c> or <c>KEY</c>.</param>
    /// <param name="host">Looks up a variable of the host.</param>
    /// <exception cref="SbxException">A file cannot be read, or an entry has no valid name. Values never stand in the message.</exception>
    public static Dictionary<string, string> Collect(IEnumerable<string> files, IEnumerable<string> entries, Func<string, string?> host)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var number = 0;
            foreach (var line in ReadLines(file))
            {
                number++;
                if (line.Trim() is { Length: > 0 } entry && entry[0] != '#')
                    Add(variables, line.TrimStart(), $"{file}:{number}", host);
            }
        }

        foreach (var entry in entries)
            Add(variables, entry, "-e", host);
        return variables;
    }

    private static void Add(Dictionary<string, string> variables, string entry, string where, Func<string, string?> host)
    {
        var split = entry.IndexOf('=', StringComparison.Ordinal);
        var name = split < 0 ? entry.Trim() : entry[..split];
        if (name.Length == 0 || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            throw new SbxException(ErrorCode.Usage, $"{where}: not the name of a variable", "write KEY=VALUE, or KEY to pass the host's value on");
        var value = split < 0 ? host(name) : entry[(split + 1)..];
        if (value is null)
            return;
        if (value.Contains('\0'))
            throw new SbxException(ErrorCode.Usage, $"{where}: the value of {name} holds a NUL character", "environment variables cannot hold one");
        variables[name] = value;
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SbxException(ErrorCode.Usage, $"the environment file {file} cannot be read", e.Message, e);
        }
    }
}
