using System.Text;
using Sbx.Api.Errors;

namespace Sbx.Tool.Naming;

/// <summary>
/// Names of sandboxes: 2 to 63 ASCII letters, digits, hyphens and periods, beginning and ending with a letter or digit;
/// not <c>default</c>.
/// </summary>
internal static class SandboxName
{
    /// <summary>Longest name.</summary>
    public const int MaxLength = 63;

    /// <summary>Whether <paramref name="name"/> follows the rules.</summary>
    public static bool IsValid(string name) =>
        name.Length is >= 2 and <= MaxLength && name.All(IsAllowed) && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name != "default";

    /// <exception cref="SbxException">The name breaks the rules.</exception>
    public static string Check(string name) => IsValid(name)
        ? name
        : throw new SbxException(
            ErrorCode.Usage, $"'{name}' is not a valid sandbox name",
            "2 to 63 letters, digits, hyphens and periods, beginning and ending with a letter or digit; not 'default'");

    /// <summary>The name of an agent's sandbox for a workspace: <c>shell-my-project</c>. Other characters become hyphens.</summary>
    public static string Default(string agent, string workspace)
    {
        var made = Clean($"{agent}-{Path.GetFileName(Path.TrimEndingDirectorySeparator(workspace))}");
        return IsValid(made) ? made : Clean($"{agent}-workspace");
    }

    /// <summary>The <paramref name="number"/>-th variant of a name that is taken.</summary>
    public static string Variant(string name, int number)
    {
        var suffix = $"-{number}";
        return name[..Math.Min(name.Length, MaxLength - suffix.Length)].TrimEnd('-', '.') + suffix;
    }

    private static string Clean(string text)
    {
        var made = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var next = IsAllowed(c) ? c : '-';
            if (next != '-' || made.Length == 0 || made[^1] != '-')
                made.Append(next);
        }

        var trimmed = made.ToString().Trim('-', '.');
        return trimmed.Length > MaxLength ? trimmed[..MaxLength].TrimEnd('-', '.') : trimmed;
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.';
}
