namespace Sbx.Secrets.Values;

/// <summary>
/// Masks secrets for display: up to 6 characters all become <c>*</c>; 7 to 19 show at most the first 6, and never more than a third;
/// from 20 the first 6 (or a known prefix such as <c>sk-proj-</c>) and the last 4, as <c>sk-proj-****...****</c> where a prefix is known.
/// </summary>
public static class SecretMask
{
    // Prefixes that say which kind of key it is and nothing of its value.
    private static readonly string[] Prefixes =
    [
        "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-ant-api03-", "sk-ant-oat01-", "sk-ant-", "sk-or-v1-", "sk-or-", "github_pat_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "gsk_", "xai-", "key_", "fk-", "AIza", "AKIA", "ASIA", "sk-",
    ];

    /// <summary>The masked form; at most 25 characters, printable.</summary>
    public static string Mask(ReadOnlySpan<char> secret)
    {
        if (secret.Length <= 6)
            return new string('*', secret.Length);
        foreach (var prefix in Prefixes)
        {
            if (secret.StartsWith(prefix, StringComparison.Ordinal) && secret.Length - prefix.Length >= 8)
                return prefix + "****...****";
        }

        var shown = Math.Min(6, secret.Length / 3);
        return secret.Length < 20
            ? Clean(secret[..shown]) + new string('*', secret.Length - shown)
            : Clean(secret[..6]) + "****...****" + Clean(secret[^4..]);
    }

    private static string Clean(ReadOnlySpan<char> text)
    {
        var result = new char[text.Length];
        for (var i = 0; i < text.Length; i++)
            result[i] = text[i] is > ' ' and < '\x7f' ? text[i] : '*';
        return new string(result);
    }
}
