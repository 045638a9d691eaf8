namespace Sbx.Tool.Commands.Secrets;

/// <summary>What may be the name of a service.</summary>
internal static class SecretNames
{
    private const int MaxLength = 40;

    // Beginnings of the keys of well-known services, all of which could be names otherwise.
    private static readonly string[] KeyBeginnings = ["sk-", "sk_", "ghp", "gho", "github_pat", "gsk", "xai-", "aiza", "akia", "asia", "key-"];

    /// <summary>Whether a word looks like a name rather than a secret.</summary>
    public static bool MayBeService(string word) =>
        word.Length is > 0 and <= MaxLength && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.')
        && !KeyBeginnings.Any(k => word.StartsWith(k, StringComparison.OrdinalIgnoreCase));
}
