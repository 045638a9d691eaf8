using System.Text.Json;
using System.Text.Json.Nodes;
using Sbx.Agent.Chat;

namespace Sbx.Agent.Tools;

/// <summary>Arguments of a call. What is missing or of the wrong kind ends the call with a message that the model can act on.</summary>
internal sealed class ToolInput(JsonObject arguments)
{
    public JsonObject All => arguments;

    public string Text(string name) => OptionalText(name) ?? throw new ToolInputException($"argument '{name}' is missing; it must be text");

    public string? OptionalText(string name) => arguments[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToText(),
        _ => throw new ToolInputException($"argument '{name}' must be text"),
    };

    public int? OptionalInteger(string name) => arguments[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        JsonValue value when value.TryGetValue<double>(out var number) && number is > int.MinValue and < int.MaxValue => (int)number,
        JsonValue value when value.TryGetValue<string>(out var text) && int.TryParse(text, out var number) => number,
        _ => throw new ToolInputException($"argument '{name}' must be a whole number"),
    };

    public bool Flag(string name) => arguments[name] switch
    {
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        JsonValue value when value.TryGetValue<string>(out var text) && bool.TryParse(text, out var flag) => flag,
        _ => throw new ToolInputException($"argument '{name}' must be true or false"),
    };

    public IReadOnlyList<string> Texts(string name) => OptionalTexts(name) is { Count: > 0 } some ? some : throw new ToolInputException($"argument '{name}' is missing; it must be a list of texts");

    public IReadOnlyList<string> OptionalTexts(string name) => arguments[name] switch
    {
        null => [],
        JsonArray list => [.. list.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new ToolInputException($"argument '{name}' must be a list of texts"))],
        // Models write one item without the list now and then.
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => throw new ToolInputException($"argument '{name}' must be a list of texts"),
    };

    public IReadOnlyList<ToolInput> Objects(string name) => arguments[name] is JsonArray list
        ? [.. list.Select(item => item is JsonObject some ? new ToolInput(some) : throw new ToolInputException($"argument '{name}' must be a list of objects"))]
        : throw new ToolInputException($"argument '{name}' is missing; it must be a list of objects");
}

/// <summary>The model gave arguments that the tool cannot use.</summary>
internal sealed class ToolInputException(string message) : Exception(message);
