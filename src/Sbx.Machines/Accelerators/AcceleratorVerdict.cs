using System.Text.Json.Serialization;

namespace Sbx.Machines.Accelerators;

/// <summary>Which accelerator is used, and why.</summary>
public sealed record AcceleratorVerdict
{
    /// <summary>The accelerator.</summary>
    public required Accelerator Accelerator { get; init; }

    /// <summary>Why not a faster one, or that the hardware's works; one line for people.</summary>
    public required string Explanation { get; init; }

    /// <summary>What the verdict depends on: a change of any of it asks again.</summary>
    public required string Basis { get; init; }

    /// <summary>When it was found.</summary>
    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>Whether instructions are emulated.</summary>
    [JsonIgnore]
    public bool Emulated => Accelerator == Accelerator.Tcg;
}

/// <summary>Source-generated JSON of <see cref="AcceleratorVerdict"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AcceleratorVerdict))]
internal sealed partial class VerdictJson : JsonSerializerContext;
