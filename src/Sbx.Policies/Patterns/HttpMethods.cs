using Sbx.Policies.Hosts;

namespace Sbx.Policies.Patterns;

/// <summary>Request methods a rule can name. Methods are case-sensitive on the wire (RFC 9110 9.1); rules are read in any case.</summary>
public static class HttpMethods
{
    private static readonly string[] Known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];

    /// <summary>Reads <c>GET,HEAD</c> or <c>ANY</c>.</summary>
    /// <returns>Methods in upper case, each once; empty for ANY.</returns>
    /// <exception cref="PolicyException">A method is unknown, or the list is empty.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text.Split(',', StringSplitOptions.TrimEntries));
    }

    /// <summary>Reads single methods; see <see cref="Parse(string)"/>.</summary>
    /// <exception cref="PolicyException">A method is unknown, or the list is empty.</exception>
    public static IReadOnlyList<string> Parse(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var methods = new List<string>();
        foreach (var name in names)
        {
            var upper = name.ToUpperInvariant();
            if (upper == "ANY" && names.Count == 1)
                return [];
            if (!Known.Contains(upper))
                throw new PolicyException($"'{Printable.Text(name)}' is not a method a rule can name.", $"Methods: {string.Join(", ", Known)}, or ANY alone.");
            if (!methods.Contains(upper))
                methods.Add(upper);
        }

        return methods.Count > 0 ? methods : throw new PolicyException("The list of methods is empty.", $"Methods: {string.Join(", ", Known)}, or ANY alone.");
    }
}
