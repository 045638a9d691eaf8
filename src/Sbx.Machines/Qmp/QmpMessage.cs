using System.Text.Json;

namespace Sbx.Machines.Qmp;

/// <summary>One line from QEMU (docs/interop/qmp-spec of QEMU): an answer, an error, an event or the greeting.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Of answers and errors: number of the command.</param>
/// <param name="Name">Of events: name. Of errors: class.</param>
/// <param name="Text">Of errors: description.</param>
/// <param name="Data">Of answers: the value. Of events: the data, or undefined.</param>
internal sealed record QmpMessage(QmpMessageKind Kind, long Id, string Name, string Text, JsonElement Data)
{
    /// <summary>Parses a line strictly.</summary>
    /// <exception cref="QmpException">It is not a message of the protocol.</exception>
    public static QmpMessage Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new QmpException("QEMU sent a line that is no object");
            if (root.TryGetProperty("return", out var value))
                return new QmpMessage(QmpMessageKind.Answer, root.GetProperty("id").GetInt64(), "", "", value.Clone());
            if (root.TryGetProperty("error", out var error))
            {
                var id = root.TryGetProperty("id", out var number) ? number.GetInt64() : 0;
                return new QmpMessage(QmpMessageKind.Error, id, Required(error, "class"), Required(error, "desc"), default);
            }

            if (root.TryGetProperty("event", out var name) && name.ValueKind == JsonValueKind.String)
                return new QmpMessage(QmpMessageKind.Event, 0, name.GetString()!, "", root.TryGetProperty("data", out var data) ? data.Clone() : default);
            if (root.TryGetProperty("QMP", out _))
                return new QmpMessage(QmpMessageKind.Greeting, 0, "", "", default);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new QmpException("QEMU sent a line that is no message", e);
        }

        throw new QmpException("QEMU sent a message of an unknown kind");
    }

    private static string Required(JsonElement element, string property) =>
        element.GetProperty(property).GetString() ?? throw new QmpException($"QEMU sent an error without '{property}'");
}

/// <summary>Kinds of <see cref="QmpMessage"/>.</summary>
internal enum QmpMessageKind
{
    Greeting,
    Answer,
    Error,
    Event,
}
