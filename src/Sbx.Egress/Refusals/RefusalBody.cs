using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sbx.Egress.Refusals;

/// <summary>
/// The JSON answer to a refused request. The outer shape is what clients of the OpenAI, Anthropic and Google APIs read the message
/// from, so that agents show it.
/// </summary>
internal sealed record RefusalBody(string Type, RefusalError Error, RefusalDetail Sbx);

/// <summary>The part that API clients read.</summary>
internal sealed record RefusalError(string Type, string Code, string Status, string Message);

/// <summary>The part for programs that know sbx.</summary>
internal sealed record RefusalDetail(string Code, string? Host, int? Port, string? Method, string? Path, string? Rule, string? Command, string Sandbox);

/// <summary>Source-generated JSON of refusals.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RefusalBody))]
internal sealed partial class RefusalJson : JsonSerializerContext
{
    /// <summary>Writes quotes and signs as they are, since people and models read them too. The texts hold printable characters only.</summary>
    public static RefusalJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
