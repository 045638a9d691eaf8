namespace Sbx.Images;

/// <summary>A template: the root file system that sandboxes start from.</summary>
/// <param name="Name">Name that users give, for example <c>shell</c>.</param>
/// <param name="Version">Version of its package.</param>
/// <param name="RootImagePath">Absolute path of the squashfs image.</param>
/// <param name="Digest">SHA-256 over the contents, lower-case hexadecimal; the same contents have the same digest in every version.</param>
public sealed record TemplateImage(string Name, string Version, string RootImagePath, string Digest)
{
    /// <summary>Whether it is in the cache; false only in lists, where it is still to be fetched.</summary>
    public bool IsFetched { get; init; } = true;
}
