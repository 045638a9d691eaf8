using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sbx.Tool.Output;

/// <summary>
/// Block-style YAML 1.2 of a JSON document. Every string that could be read as something else is quoted in JSON's form,
/// which YAML shares.
/// </summary>
internal static partial class YamlText
{
    /// <summary>The document, with a line end.</summary>
    public static string Of(JsonElement element)
    {
        var text = new StringBuilder();
        if (element.ValueKind is JsonValueKind.Object or JsonValueKind.Array && HasItems(element))
            Block(text, element, 0, afterDash: false);
        else
            text.Append(Scalar(element)).Append('\n');
        return text.ToString();
    }

    private static void Block(StringBuilder text, JsonElement element, int depth, bool afterDash)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                Indent(text, depth, ref afterDash);
                text.Append(Plain().IsMatch(property.Name) ? property.Name : JsonSerializer.Serialize(property.Name, ToolJson.Default.String)).Append(':');
                Value(text, property.Value, depth + (property.Value.ValueKind == JsonValueKind.Array ? 0 : 1));
            }
        }
        else
        {
            foreach (var item in element.EnumerateArray())
            {
                Indent(text, depth, ref afterDash);
                text.Append("- ");
                if (HasItems(item))
                    Block(text, item, depth + 1, afterDash: true);
                else
                    text.Append(Scalar(item)).Append('\n');
            }
        }
    }

    private static void Value(StringBuilder text, JsonElement value, int depth)
    {
        if (HasItems(value))
        {
            text.Append('\n');
            Block(text, value, depth, afterDash: false);
        }
        else
        {
            text.Append(' ').Append(Scalar(value)).Append('\n');
        }
    }

    private static void Indent(StringBuilder text, int depth, ref bool afterDash)
    {
        if (!afterDash)
            text.Append(' ', depth * 2);
        afterDash = false;
    }

    private static bool HasItems(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(),
        JsonValueKind.Array => element.GetArrayLength() > 0,
        _ => false,
    };

    private static string Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String when Plain().IsMatch(element.GetString()!) => element.GetString()!,
        _ => element.GetRawText(),
    };

    // Letters first, then no character that YAML could read as structure; and none of its words for true, false and null.
    [GeneratedRegex(@"\A(?!(?:true|false|null|yes|no|on|off|y|n)\z)(?:[A-Za-z/][A-Za-z0-9_./+-]*)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
