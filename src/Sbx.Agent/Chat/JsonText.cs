using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sbx.Agent.Chat;

/// <summary>JSON for models, files and terminals: letters of all languages as they are, since none of it is put into HTML.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToText(this JsonNode node) => Encoding.UTF8.GetString(ToBytes(node));

    public static byte[] ToBytes(this JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options)) node.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
