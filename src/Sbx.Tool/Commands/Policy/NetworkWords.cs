using Sbx.Api.Errors;

namespace Sbx.Tool.Commands.Policy;

/// <summary>Words of a policy command behind its verb: <c>[network] [SANDBOX] RESOURCES</c>.</summary>
/// <param name="Sandbox">A sandbox in front of the resources, as it was spelled once; null for none.</param>
/// <param name="Resources">The resources; lists are split at commas.</param>
internal sealed record NetworkWords(string? Sandbox, IReadOnlyList<string> Resources)
{
    private const string Network = "network";

    /// <summary>Sorts the words. A first word of several that can be no host (no period, colon, star or the like) is a sandbox.</summary>
    /// <exception cref="SbxException">The rules asked for are of a kind that there is none of.</exception>
    public static NetworkWords Of(IReadOnlyList<string?> words)
    {
        var rest = WithoutKind(words);
        var sandbox = rest.Count > 1 && IsPlainName(rest[0]) ? rest[0] : null;
        return new NetworkWords(sandbox, Split(sandbox is null ? rest : [.. rest.Skip(1)]));
    }

    /// <summary>The words without a leading <c>network</c>.</summary>
    /// <exception cref="SbxException">The rules asked for are of a kind that there is none of.</exception>
    public static IReadOnlyList<string> WithoutKind(IReadOnlyList<string?> words)
    {
        if (words.Count > 1 && words[0] is "filesystem" or "fs")
            throw new SbxException(ErrorCode.Usage, "there are rules for the network only", "what of the host a sandbox sees is given with its workspaces: sbx run --help");
        return [.. words.Skip(words.Count > 0 && words[0] == Network ? 1 : 0).Select(w => w!)];
    }

    /// <summary>Items of comma-separated lists.</summary>
    public static IReadOnlyList<string> Split(IEnumerable<string?> lists) =>
        [.. lists.SelectMany(l => (l ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static bool IsPlainName(string word) => word != "localhost" && word.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
