using System.Text.RegularExpressions;

namespace Sbx.Agent.Models;

/// <summary>Fills in <c>${NAME}</c>, <c>${env.NAME}</c> and <c>${env.NAME || 'default'}</c>; what is not set becomes nothing.</summary>
internal static partial class EnvironmentText
{
    public static string Expand(string text, Func<string, string?> environment) =>
        text.Contains("${", StringComparison.Ordinal)
            ? Variable().Replace(text, match => environment(match.Groups[1].Value) is { Length: > 0 } value ? value : match.Groups[2].Value)
            : text;

    [GeneratedRegex(@"\$\{(?:env\.)?([A-Za-z_][A-Za-z0-9_]*)(?:\s*(?:\|\||:-)\s*['""]?([^'""}]*)['""]?\s*)?\}")]
    private static partial Regex Variable();
}
