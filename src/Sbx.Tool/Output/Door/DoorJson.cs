using System.Text.Json.Serialization;
using Sbx.Api.Contracts;

namespace Sbx.Tool.Output.Door;

/// <summary>JSON of what the commands for policy, secrets and the log print; apart from the rest, for no other command pays for it.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PolicyDocument))]
[JsonSerializable(typeof(InspectionDocument))]
[JsonSerializable(typeof(CheckDocument))]
[JsonSerializable(typeof(ChangeDocument))]
[JsonSerializable(typeof(WorkspaceDocument))]
[JsonSerializable(typeof(EgressSummary))]
[JsonSerializable(typeof(EgressRequestList))]
[JsonSerializable(typeof(SecretsDocument))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(ServiceList))]
[JsonSerializable(typeof(ServiceInfo))]
internal sealed partial class DoorJson : JsonSerializerContext;
