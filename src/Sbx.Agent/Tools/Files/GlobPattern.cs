using System.Text;
using System.Text.RegularExpressions;

namespace Sbx.Agent.Tools.Files;

/// <summary>Patterns of paths: <c>*</c> and <c>?</c> within a name, <c>**</c> over names, <c>[…]</c>, <c>{a,b}</c> as plain text.</summary>
internal static class GlobPattern
{
    public static string ToRegex(string glob)
    {
        var regex = new StringBuilder();
        for (var i = 0; i < glob.Length; i++)
        {
            var c = glob[i];
            if (c == '*' && i + 1 < glob.Length && glob[i + 1] == '*')
            {
                i++;
                // "**/" also stands for no directory at all.
                if (i + 1 < glob.Length && glob[i + 1] == '/')
                {
                    regex.Append("(?:.*/)?");
                    i++;
                }
                else regex.Append(".*");
            }
            else if (c == '*') regex.Append("[^/]*");
            else if (c == '?') regex.Append("[^/]");
            else if (c == '[' && glob.IndexOf(']', i + 2 < glob.Length ? i + 2 : i) is var end && end > i)
            {
                var set = glob[(i + 1)..end];
                regex.Append('[').Append(set.StartsWith('!') ? "^" + Escape(set[1..]) : Escape(set)).Append(']');
                i = end;
            }
            else if (c == '\\' && i + 1 < glob.Length) regex.Append(Regex.Escape(glob[++i].ToString()));
            else regex.Append(Regex.Escape(c.ToString()));
        }

        return regex.ToString();
    }

    /// <summary>Whether a path or its last name matches.</summary>
    public static bool IsMatch(string glob, string path)
    {
        try
        {
            var pattern = new Regex("^" + ToRegex(glob) + "$", RegexOptions.NonBacktracking);
            return pattern.IsMatch(path) || (!glob.Contains('/') && pattern.IsMatch(Path.GetFileName(path)));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Escape(string set) => set.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
}
