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
[JsonSerializable(typeof(PolicyListing))]
[JsonSerializable(typeof(PolicyInitRequest))]
[JsonSerializable(typeof(PolicyAddRequest))]
[JsonSerializable(typeof(PolicyRemoveRequest))]
[JsonSerializable(typeof(PolicyChange))]
[JsonSerializable(typeof(PolicyInspection))]
[JsonSerializable(typeof(PolicyCheckRequest))]
[JsonSerializable(typeof(PolicyCheckResult))]
[JsonSerializable(typeof(PolicyText))]
[JsonSerializable(typeof(PolicyImportRequest))]
[JsonSerializable(typeof(WorkspacePolicyInfo))]
[JsonSerializable(typeof(WorkspaceApprovalRequest))]
[JsonSerializable(typeof(SecretListing))]
[JsonSerializable(typeof(SecretSourceRequest))]
[JsonSerializable(typeof(ServiceInfo))]
[JsonSerializable(typeof(ServiceList))]
[JsonSerializable(typeof(ServiceRequest))]
[JsonSerializable(typeof(EgressRequest))]
[JsonSerializable(typeof(EgressRequestList))]
[JsonSerializable(typeof(EgressSummary))]
public sealed partial class ApiJson : JsonSerializerContext;
