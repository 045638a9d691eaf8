using Sbx.Policies.Hosts;

namespace Sbx.Policies.Patterns;

/// <summary>
/// A path of a rule: canonical, starts with <c>/</c>; <c>*</c> is any run inside a segment, <c>**</c> as a whole segment any number
/// of segments, none included (<c>/a/**</c> covers <c>/a</c>, <c>/a/</c> and everything below). Allow rules compare exactly; deny
/// rules ignore case and a slash at the end, since servers may. Immutable.
/// </summary>
public sealed class PathPattern : IEquatable<PathPattern>
{
    private readonly string[] _segments;

    private PathPattern(string text, string[] segments)
    {
        Text = text;
        _segments = segments;
    }

    /// <summary>Canonical text.</summary>
    public string Text { get; }

    /// <summary>Reads a path pattern.</summary>
    /// <exception cref="PolicyException">It is not canonical.</exception>
    public static PathPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('?', StringComparison.Ordinal))
            throw Invalid(text, "a rule's path has no query");
        if (!RequestPath.TryCanonicalize(text, out var path, out var problem))
            throw Invalid(text, problem);
        var segments = path[1..].Split('/');
        if (segments.Length > 64)
            throw Invalid(text, "it has more than 64 segments");
        foreach (var segment in segments)
        {
            if (segment != "**" && segment.Contains("**", StringComparison.Ordinal))
                throw Invalid(text, "'**' stands as a whole segment");
        }

        return new PathPattern(path, segments);
    }

    /// <summary>Whether a canonical path (of <see cref="RequestPath.TryCanonicalize"/>) is covered.</summary>
    /// <param name="path">Canonical path.</param>
    /// <param name="lenient">Whether to ignore case and a slash at the end.</param>
    public bool Matches(string path, bool lenient)
    {
        ArgumentNullException.ThrowIfNull(path);
        var segments = path.Length > 0 ? path[1..].Split('/') : [];
        if (lenient && segments is [_, .., ""])
            segments = segments[..^1];
        var pattern = lenient && _segments is [_, .., ""] ? _segments.AsSpan()[..^1] : _segments.AsSpan();
        var comparison = lenient ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

        // Two-pointer walk over segments, as for globs inside a label.
        int at = 0, token = 0, run = -1, mark = 0;
        while (at < segments.Length)
        {
            if (token < pattern.Length && pattern[token] == "**")
            {
                run = token++;
                mark = at;
            }
            else if (token < pattern.Length && MatchesSegment(pattern[token], segments[at], comparison))
            {
                token++;
                at++;
            }
            else if (run >= 0)
            {
                token = run + 1;
                at = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (token < pattern.Length && pattern[token] == "**")
            token++;
        return token == pattern.Length;
    }

    private static bool MatchesSegment(ReadOnlySpan<char> pattern, ReadOnlySpan<char> segment, StringComparison comparison)
    {
        int at = 0, token = 0, run = -1, mark = 0;
        while (at < segment.Length)
        {
            if (token < pattern.Length && pattern[token] == '*')
            {
                run = token++;
                mark = at;
            }
            else if (token < pattern.Length && pattern.Slice(token, 1).Equals(segment.Slice(at, 1), comparison))
            {
                token++;
                at++;
            }
            else if (run >= 0)
            {
                token = run + 1;
                at = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (token < pattern.Length && pattern[token] == '*')
            token++;
        return token == pattern.Length;
    }

    private static PolicyException Invalid(string text, string problem)
        => new($"'{Printable.Text(text)}' is not a valid path: {problem}.", "Write for example /v1/messages, /repos/*/issues or /v1/**.");

    /// <inheritdoc/>
    public bool Equals(PathPattern? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PathPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Canonical text.</summary>
    public override string ToString() => Text;
}
