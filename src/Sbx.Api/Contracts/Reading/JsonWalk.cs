using System.Text.Json;

namespace Sbx.Api.Contracts.Reading;

/// <summary>
/// Steps of reading JSON by hand. The serializer is made of generic code over each value type in a message, which no image
/// compiled ahead can hold; answers that commands wait for are read without it. Unknown fields are passed over, wrong types refused.
/// </summary>
internal static class JsonWalk
{
    /// <summary>Reads a whole document.</summary>
    /// <exception cref="JsonException">It is not the JSON that is expected.</exception>
    public static T Document<T>(ReadOnlySpan<byte> json, Reading<T> read)
        where T : class
    {
        var reader = new Utf8JsonReader(json);
        Move(ref reader);
        try
        {
            var value = read(ref reader);
            return reader.Read() ? throw new JsonException("there is more than one document") : value;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Moves to the next token.</summary>
    public static void Move(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            throw new JsonException("the document ends too early");
    }

    /// <summary>Checks that an object begins here.</summary>
    public static void Begin(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"an object is expected, not {reader.TokenType}");
    }

    /// <summary>The name of the object's next field, with the reader on its value; null at the object's end.</summary>
    public static string? Field(ref Utf8JsonReader reader)
    {
        Move(ref reader);
        if (reader.TokenType == JsonTokenType.EndObject)
            return null;
        var name = reader.GetString();
        Move(ref reader);
        return name;
    }

    /// <summary>Passes a value over.</summary>
    public static void Skip(ref Utf8JsonReader reader) => reader.Skip();

    /// <summary>A string that must be there.</summary>
    public static string Text(ref Utf8JsonReader reader) => reader.GetString() ?? throw new JsonException("a text is null");

    /// <summary>Elements of an array.</summary>
    public static List<T> Items<T>(ref Utf8JsonReader reader, Reading<T> read)
        where T : class
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException($"an array is expected, not {reader.TokenType}");
        var items = new List<T>();
        while (true)
        {
            Move(ref reader);
            if (reader.TokenType == JsonTokenType.EndArray)
                return items;
            items.Add(read(ref reader));
        }
    }

    /// <summary>A field that must be there.</summary>
    public static T Required<T>(T? value, string name)
        where T : class => value ?? throw new JsonException($"the field {name} is missing");
}

/// <summary>Reads a value that the reader stands on, and leaves it on the value's last token.</summary>
internal delegate T Reading<out T>(ref Utf8JsonReader reader)
    where T : class;
