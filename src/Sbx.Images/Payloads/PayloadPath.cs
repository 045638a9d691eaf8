namespace Sbx.Images.Payloads;

/// <summary>Which paths a package may unpack to.</summary>
internal static class PayloadPath
{
    /// <summary>Whether a path is relative, plain (letters, digits, <c>. _ + -</c>), at most eight deep, and names nothing hidden or above.</summary>
    public static bool IsSafe(string? path)
    {
        if (path is null or { Length: 0 or > 240 })
            return false;
        var segments = path.Split('/');
        return segments.Length <= 8 && segments.All(IsSafeSegment);
    }

    // A leading period is refused: the store's own files start with one. It also rules out "." and "..".
    private static bool IsSafeSegment(string segment) =>
        segment.Length > 0 && segment[0] != '.' && segment[^1] != '.'
        && segment.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-');
}
