using System.Security.Cryptography;
using System.Text.Json;

namespace Sbx.Images.Payloads;

/// <summary>Content of a package's <c>manifest.json</c>: every file below <c>payload/</c>. Written by nuget/pack.sh.</summary>
internal sealed record Manifest
{
    /// <summary>Longest manifest in bytes.</summary>
    public const int MaximumLength = 1 << 20;

    /// <summary>Largest package, and largest sum of its files, in bytes.</summary>
    public const long MaximumSize = 8L << 30;

    /// <summary>Most files of one package.</summary>
    public const int MaximumFiles = 4096;

    /// <summary>Version of this format; 1.</summary>
    public required int Format { get; init; }

    /// <summary>The files.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>SHA-256 of a manifest's bytes as lower-case hexadecimal; stands for all contents.</summary>
    public static string DigestOf(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json));

    /// <exception cref="FormatException">Not a valid manifest.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> json)
    {
        Manifest manifest;
        try
        {
            if (json.Length > MaximumLength)
                throw new FormatException("the manifest is too long");
            manifest = JsonSerializer.Deserialize(json, ImagesJson.Default.Manifest) ?? throw new FormatException("the manifest is empty");
        }
        catch (JsonException e)
        {
            throw new FormatException("the manifest is not valid JSON of this kind", e);
        }

        if (manifest.Format != 1)
            throw new FormatException($"the manifest's format is {manifest.Format}, this build reads 1");
        if (manifest.Files.Count is 0 or > MaximumFiles)
            throw new FormatException("the manifest names no file, or too many");
        long total = 0;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in manifest.Files)
        {
            if (file is null || !PayloadPath.IsSafe(file.Path) || !names.Add(file.Path))
                throw new FormatException("the manifest has an improper or repeated path");
            if (file.Size < 0 || file.Size > MaximumSize || (total += file.Size) > MaximumSize)
                throw new FormatException("the manifest has an improper size");
            if (file.Sha256 is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigitLower))
                throw new FormatException("the manifest has an improper hash");
        }

        return manifest;
    }
}

/// <summary>One file of a package.</summary>
/// <param name="Path">Path below <c>payload/</c>, with slashes.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">SHA-256, lower-case hexadecimal.</param>
internal sealed record ManifestFile(string Path, long Size, string Sha256);
