using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sbx.Agent.Models;

/// <summary>The arguments of a call as the model wrote them: usually an object, sometimes nothing, now and then broken.</summary>
internal static class ToolArguments
{
    /// <summary>The object, or an empty one when it is none: for showing a call to a provider again.</summary>
    public static JsonObject ObjectOf(string arguments) => TryParse(arguments, out var parsed) ? parsed : [];

    public static bool TryParse(string arguments, out JsonObject parsed)
    {
        parsed = [];
        if (string.IsNullOrWhiteSpace(arguments)) return true;
        try
        {
            if (JsonNode.Parse(arguments) is not JsonObject found) return false;
            // Looking something up shows whether a name is there twice, which the parser lets pass.
            found.TryGetPropertyValue("", out _);
            parsed = found;
            return true;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return false;
        }
    }
}
