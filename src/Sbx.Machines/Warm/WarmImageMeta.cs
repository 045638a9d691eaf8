using System.Text.Json.Serialization;

namespace Sbx.Machines.Warm;

/// <summary>What is recorded beside a warm image (meta.json).</summary>
internal sealed record WarmImageMeta
{
    /// <summary>Whether it restored when it was made; if not, machines of this kind boot.</summary>
    public required bool Usable { get; init; }

    /// <summary>Why it is not usable; for people.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Digest of what it boots from.</summary>
    public required string ImageDigest { get; init; }

    /// <summary>Files that it was made from; when one is gone, the image is of no more use.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>QEMU that made it.</summary>
    public required string QemuVersion { get; init; }

    /// <summary>SHA-256 of the state file, lower-case hexadecimal.</summary>
    public string StateHash { get; init; } = "";

    /// <summary>Identity of the memory file; see <see cref="Native.FileStatus"/>.</summary>
    public ulong RamInode { get; init; }

    /// <summary>Last change of the memory file. A later one means that somebody wrote into it.</summary>
    public long RamChanged { get; init; }

    /// <summary>Space that the memory file took when the guest was saved, in bytes.</summary>
    public long RamBytesSaved { get; init; }

    /// <summary>Space that it takes since zeroed pages were given back, in bytes.</summary>
    public long RamBytes { get; init; }

    /// <summary>Time to the first answer of the boot it was made from, in milliseconds.</summary>
    public double BootMilliseconds { get; init; }

    /// <summary>Time of the trial restore to the first answer, in milliseconds.</summary>
    public double RestoreMilliseconds { get; init; }
}

/// <summary>Source-generated JSON of <see cref="WarmImageMeta"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(WarmImageMeta))]
internal sealed partial class WarmJson : JsonSerializerContext;
