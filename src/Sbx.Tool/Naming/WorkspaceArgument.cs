using Sbx.Api.Errors;

namespace Sbx.Tool.Naming;

/// <summary>A workspace as typed: a path, with <c>:ro</c> behind it for read-only.</summary>
/// <param name="Path">As typed, without the suffix.</param>
/// <param name="ReadOnly">Whether the suffix was there.</param>
internal sealed record WorkspaceArgument(string Path, bool ReadOnly)
{
    /// <exception cref="SbxException">Nothing but a suffix, or an unknown one.</exception>
    public static WorkspaceArgument Parse(string text)
    {
        var readOnly = text.EndsWith(":ro", StringComparison.Ordinal);
        var path = readOnly ? text[..^3] : text.EndsWith(":rw", StringComparison.Ordinal) ? text[..^3] : text;
        return path.Length > 0
            ? new WorkspaceArgument(path, readOnly)
            : throw new SbxException(ErrorCode.Usage, $"'{text}' is not a workspace", "write a path, or PATH:ro for read-only");
    }
}
