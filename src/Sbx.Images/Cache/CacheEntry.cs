namespace Sbx.Images.Cache;

/// <summary>One unpacked package.</summary>
/// <param name="Id">Package id, lower case.</param>
/// <param name="Version">Package version.</param>
/// <param name="Directory">Its directory.</param>
/// <param name="Digest">Digest of its contents as its stamp states it; empty when it has no stamp.</param>
internal sealed record CacheEntry(string Id, string Version, string Directory, string Digest);
