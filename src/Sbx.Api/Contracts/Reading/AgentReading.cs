using System.Text.Json;

namespace Sbx.Api.Contracts.Reading;

/// <summary>Reads agents as <see cref="ApiJson"/> writes them.</summary>
internal static class AgentReading
{
    /// <summary>The list of agents.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static IReadOnlyList<AgentInfo> List(ReadOnlySpan<byte> json) =>
        JsonWalk.Document(json, static (ref reader) => JsonWalk.Items(ref reader, Info));

    private static AgentInfo Info(ref Utf8JsonReader reader)
    {
        JsonWalk.Begin(ref reader);
        string? name = null, template = null;
        List<string>? command = null;
        var builtIn = false;
        while (JsonWalk.Field(ref reader) is { } field)
        {
            switch (field)
            {
                case "name": name = reader.GetString(); break;
                case "template": template = reader.GetString(); break;
                case "command": command = JsonWalk.Items(ref reader, JsonWalk.Text); break;
                case "built_in": builtIn = reader.GetBoolean(); break;
                default: JsonWalk.Skip(ref reader); break;
            }
        }

        return new AgentInfo(JsonWalk.Required(name, "name"), JsonWalk.Required(template, "template"), JsonWalk.Required(command, "command"), builtIn);
    }
}
