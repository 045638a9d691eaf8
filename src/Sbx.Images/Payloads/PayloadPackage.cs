namespace Sbx.Images.Payloads;

/// <summary>A package that this build of sbx belongs with.</summary>
internal sealed record PayloadPackage
{
    /// <summary>"guest" or "template".</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the template, or the guest's platform.</summary>
    public required string Name { get; init; }

    /// <summary>NuGet package id.</summary>
    public required string Id { get; init; }

    /// <summary>NuGet package version.</summary>
    public required string Version { get; init; }

    /// <summary>Size of the package in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Size of its files in bytes when unpacked.</summary>
    public required long UnpackedSize { get; init; }

    /// <summary>SHA-512 of the package as packed (before a source adds its signature), base64 as NuGet writes it.</summary>
    public required string Sha512 { get; init; }

    /// <summary>SHA-256 of its manifest, and so of its contents; lower-case hexadecimal.</summary>
    public required string Digest { get; init; }
}
