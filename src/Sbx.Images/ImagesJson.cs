using System.Text.Json.Serialization;
using Sbx.Images.Payloads;

namespace Sbx.Images;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PayloadList))]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ImagesJson : JsonSerializerContext;
