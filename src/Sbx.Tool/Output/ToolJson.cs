using System.Text.Json.Serialization;
using Sbx.Api.Contracts;

namespace Sbx.Tool.Output;

/// <summary>Source-generated JSON of what the commands print. Field names are snake case and stable; see docs/commands.md.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(SandboxListDocument))]
[JsonSerializable(typeof(SandboxDocument))]
[JsonSerializable(typeof(InspectDocument))]
[JsonSerializable(typeof(UsageDocument))]
[JsonSerializable(typeof(PruneResult))]
[JsonSerializable(typeof(RemovedDocument))]
[JsonSerializable(typeof(DiagnosticReport))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(DaemonDocument))]
[JsonSerializable(typeof(SetupDocument))]
internal sealed partial class ToolJson : JsonSerializerContext;

/// <summary>A failure under <c>--json</c>.</summary>
internal sealed record ErrorDocument(ErrorBody Error);

/// <summary>What failed: <paramref name="Code"/> is the snake-case name of the kind of failure.</summary>
internal sealed record ErrorBody(string Code, string Message, string? Hint, int ExitCode);

/// <summary>What <c>rm --json</c> prints.</summary>
internal sealed record RemovedDocument(IReadOnlyList<string> Removed);
