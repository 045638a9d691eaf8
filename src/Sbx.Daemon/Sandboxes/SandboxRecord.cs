using System.Text.Json.Serialization;
using Sbx.Api.Contracts;

namespace Sbx.Daemon.Sandboxes;

/// <summary>What is kept on disk of a sandbox (<c>sandbox.json</c>). Changed only through <see cref="SandboxStore"/>.</summary>
internal sealed record SandboxRecord
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Agent { get; init; }

    public required string Template { get; init; }

    public required string TemplateDigest { get; init; }

    public IReadOnlyList<Workspace> Workspaces { get; init; } = [];

    public required Limits Limits { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Services whose global credential it may use; fixed when it was created.</summary>
    public IReadOnlyList<string> GrantedServices { get; init; } = [];

    public required string MachineId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedWith { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SandboxRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
