using Sbx.Api.Errors;

namespace Sbx.Tool.Copying;

/// <summary>Names in an archive from a sandbox, which can be anything.</summary>
internal static class ArchivePath
{
    private const int MaxLength = 4096;

    /// <summary>The components of a name.</summary>
    /// <exception cref="SbxException">The name is absolute, climbs, is empty or too long, or holds a NUL character.</exception>
    public static string[] Split(string name)
    {
        if (name.Length is 0 or > MaxLength || name[0] == '/' || name.Contains('\0'))
            throw Bad(name);
        var parts = name.Split('/').Where(p => p is not ("" or ".")).ToArray();
        return parts.Contains("..") ? throw Bad(name) : parts;
    }

    private static SbxException Bad(string name) => new(
        ErrorCode.Denied, $"the archive from the sandbox holds a name that could leave the target: '{(name.Length > 200 ? name[..200] + "..." : name)}'",
        "what was copied before it is there; copy the parts that you need one by one");
}
