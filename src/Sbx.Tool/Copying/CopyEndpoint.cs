using Sbx.Api.Errors;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Copying;

/// <summary>One side of a copy.</summary>
/// <param name="Sandbox">Sandbox, or null for the host.</param>
/// <param name="Path">Path there, without <c>/.</c> at its end; absolute in a sandbox.</param>
/// <param name="Contents">Whether the path ended with <c>/.</c>: what is in the directory is meant, not the directory.</param>
/// <param name="Directory">Whether the path ended with a slash: only a directory can be meant.</param>
internal sealed record CopyEndpoint(string? Sandbox, string Path, bool Contents, bool Directory)
{
    /// <summary>Reads <c>SANDBOX:/absolute/path</c> or a path of the host.</summary>
    /// <exception cref="SbxException">The path is empty, or relative in a sandbox.</exception>
    public static CopyEndpoint Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var isSandbox = colon > 0 && SandboxName.IsValid(text[..colon]);
        var path = isSandbox ? text[(colon + 1)..] : text;
        if (path.Length == 0)
            throw new SbxException(ErrorCode.Usage, $"'{text}' names no path", "write SANDBOX:/absolute/path, or a path of the host");
        if (path.Contains('\0'))
            throw new SbxException(ErrorCode.Usage, "a path cannot hold a NUL character");
        if (isSandbox && path[0] != '/')
            throw new SbxException(ErrorCode.Usage, $"'{text}': the path in a sandbox must be absolute", $"write {text[..colon]}:/{path}; a file of the host with a colon in its name is ./{text}");
        var contents = path is "." || path.EndsWith("/.", StringComparison.Ordinal);
        var slash = path.EndsWith('/');
        var trimmed = (contents ? path[..^1] : path).TrimEnd('/');
        return new CopyEndpoint(isSandbox ? text[..colon] : null, trimmed.Length > 0 ? trimmed : path[0] == '/' ? "/" : ".", contents, slash);
    }

    /// <summary>Last component of the path.</summary>
    public string Name => System.IO.Path.GetFileName(Path);
}
