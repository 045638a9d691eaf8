namespace Sbx.Images.Prerequisites;

/// <summary>A program of the host that sbx uses.</summary>
/// <param name="Name">Name of the program.</param>
/// <param name="NeededFor">What it is needed for; for people.</param>
/// <param name="Path">Where it was found; null when it is missing.</param>
/// <param name="Version">What it says its version is; null when it is missing or does not say.</param>
/// <param name="Package">Name of its Debian package.</param>
public sealed record Prerequisite(string Name, string NeededFor, string? Path, string? Version, string Package)
{
    /// <summary>Whether it is there.</summary>
    public bool IsPresent => Path is not null;
}
