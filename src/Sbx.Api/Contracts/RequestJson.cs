using System.Text.Json.Serialization;
using Sbx.Protocol.Messages;

namespace Sbx.Api.Contracts;

/// <summary>Writes requests of the API. Only writing is generated: that needs nothing of the serializer's metadata, which is slow to start.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateSandboxRequest))]
[JsonSerializable(typeof(StopDaemonRequest))]
[JsonSerializable(typeof(PruneRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;

/// <summary>The same for messages of the guest's protocol.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecRequest))]
[JsonSerializable(typeof(ExecSignal))]
[JsonSerializable(typeof(ExecResize))]
internal sealed partial class ExecRequestJson : JsonSerializerContext;
