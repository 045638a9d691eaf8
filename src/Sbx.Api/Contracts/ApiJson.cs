using System.Text.Json.Serialization;
using Sbx.Api.Errors;

namespace Sbx.Api.Contracts;

/// <summary>Source-generated JSON of all API messages; one line each, so that they can be streamed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(SandboxInfo))]
[JsonSerializable(typeof(SandboxList))]
[JsonSerializable(typeof(CreateSandboxRequest))]
[JsonSerializable(typeof(DiskUsage))]
[JsonSerializable(typeof(PruneRequest))]
[JsonSerializable(typeof(PruneResult))]
[JsonSerializable(typeof(IReadOnlyList<AgentInfo>))]
[JsonSerializable(typeof(DaemonStatus))]
[JsonSerializable(typeof(OperationEvent))]
[JsonSerializable(typeof(StopDaemonRequest))]
[JsonSerializable(typeof(DiagnosticReport))]
[JsonSerializable(typeof(ErrorInfo))]
public sealed partial class ApiJson : JsonSerializerContext;
