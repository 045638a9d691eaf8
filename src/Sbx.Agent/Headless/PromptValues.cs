using System.Globalization;
using System.Text.Json.Nodes;

namespace Sbx.Agent.Headless;

/// <summary>What a user typed, as the kind of value that a schema wants.</summary>
internal static class PromptValues
{
    public static JsonNode? Parse(string text, JsonObject? schema) => schema?["type"]?.ToString() switch
    {
        "boolean" => JsonValue.Create(text.Trim().ToLowerInvariant() is "y" or "yes" or "true" or "1"),
        "integer" when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        "number" when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
