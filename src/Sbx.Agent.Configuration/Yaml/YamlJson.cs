using System.Text.Json.Nodes;

namespace Sbx.Agent.Configuration.Yaml;

/// <summary>Free-form parts of a configuration (JSON Schemas, provider options) as JSON, scalars by YAML's core schema.</summary>
internal static class YamlJson
{
    public static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMapping mapping => Object(mapping),
        YamlSequence sequence => Array(sequence),
        YamlScalar { IsNull: true } => null,
        YamlScalar { AsFlag: { } flag } => JsonValue.Create(flag),
        YamlScalar { AsInteger: { } integer } => JsonValue.Create(integer),
        YamlScalar { AsNumber: { } number } => JsonValue.Create(number),
        YamlScalar scalar => JsonValue.Create(scalar.Text),
        _ => null,
    };

    private static JsonObject Object(YamlMapping mapping)
    {
        var result = new JsonObject();
        foreach (var entry in mapping.Entries) result[entry.Key] = Convert(entry.Value);
        return result;
    }

    private static JsonArray Array(YamlSequence sequence)
    {
        var result = new JsonArray();
        foreach (var item in sequence.Items) result.Add(Convert(item));
        return result;
    }
}
