namespace Sbx.Tool.Output.Door;

/// <summary>Words for a POSIX shell, in commands that are shown to be copied.</summary>
internal static class ShellWord
{
    /// <summary>The text as one word: as it is where a shell reads it so, else in single quotes.</summary>
    public static string Of(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:@%+=,".Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
