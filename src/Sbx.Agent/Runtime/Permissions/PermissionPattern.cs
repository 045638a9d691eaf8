using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sbx.Agent.Chat;

namespace Sbx.Agent.Runtime.Permissions;

/// <summary>
/// A pattern of calls: <c>name</c>, <c>mcp:server:name</c>, and conditions <c>:argument=pattern</c> that must all hold. <c>*</c> is any text,
/// <c>?</c> one character, <c>[…]</c> a set; case does not matter.
/// </summary>
internal sealed class PermissionPattern
{
    private static readonly Regex Condition = new(@":([A-Za-z_][A-Za-z0-9_]*)=", RegexOptions.CultureInvariant);

    private readonly Regex _name;
    private readonly List<(string Argument, Regex Value)> _conditions = [];

    public PermissionPattern(string text)
    {
        Text = text;
        var conditions = Condition.Matches(text);
        _name = Glob(conditions.Count > 0 ? text[..conditions[0].Index] : text);
        for (var i = 0; i < conditions.Count; i++)
        {
            var begin = conditions[i].Index + conditions[i].Length;
            var end = i + 1 < conditions.Count ? conditions[i + 1].Index : text.Length;
            _conditions.Add((conditions[i].Groups[1].Value, Glob(text[begin..end])));
        }
    }

    public string Text { get; }

    public bool Matches(ToolSpec tool, JsonObject arguments) =>
        (_name.IsMatch(tool.Name) || tool.Server is { } server && _name.IsMatch($"mcp:{server}:{tool.Name}"))
        && _conditions.All(condition => arguments[condition.Argument] is { } value && condition.Value.IsMatch(value is JsonValue some && some.TryGetValue<string>(out var text) ? text : value.ToText()));

    private static Regex Glob(string glob)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < glob.Length; i++)
        {
            var end = glob[i] == '[' ? glob.IndexOf(']', Math.Min(i + 2, glob.Length)) : -1;
            if (end > 0)
            {
                var set = glob[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
                regex.Append('[').Append(set.StartsWith('!') ? "^" + set[1..] : set).Append(']');
                i = end;
            }
            else regex.Append(glob[i] switch { '*' => "[\\s\\S]*", '?' => "[\\s\\S]", var c => Regex.Escape(c.ToString()) });
        }

        return new Regex(regex.Append('$').ToString(), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
