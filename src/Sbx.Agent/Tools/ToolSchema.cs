using System.Text.Json.Nodes;

namespace Sbx.Agent.Tools;

/// <summary>Writes the JSON Schemas of our own tools.</summary>
internal static class ToolSchema
{
    public static readonly JsonObject Nothing = Object();

    public static JsonObject Object(params ToolParameter[] parameters)
    {
        var properties = new JsonObject();
        foreach (var parameter in parameters)
        {
            var schema = (JsonObject)parameter.Schema.DeepClone();
            schema["description"] = parameter.Description;
            properties[parameter.Name] = schema;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. parameters.Where(parameter => parameter.Required).Select(parameter => JsonValue.Create(parameter.Name))]),
        };
    }

    public static ToolParameter Text(string name, string description, bool required = true) => new(name, new JsonObject { ["type"] = "string" }, description, required);

    public static ToolParameter Choice(string name, string description, params string[] choices) =>
        new(name, new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice))]) }, description, false);

    public static ToolParameter Integer(string name, string description) => new(name, new JsonObject { ["type"] = "integer" }, description, false);

    public static ToolParameter Flag(string name, string description) => new(name, new JsonObject { ["type"] = "boolean" }, description, false);

    public static ToolParameter Texts(string name, string description, bool required = true) =>
        new(name, new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }, description, required);

    public static ToolParameter Objects(string name, string description, JsonObject item) =>
        new(name, new JsonObject { ["type"] = "array", ["items"] = item }, description, true);
}

internal sealed record ToolParameter(string Name, JsonObject Schema, string Description, bool Required);
