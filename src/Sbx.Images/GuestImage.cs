namespace Sbx.Images;

/// <summary>The guest's kernel and initial RAM file system, unpacked and verified.</summary>
/// <param name="KernelPath">Absolute path of the uncompressed kernel.</param>
/// <param name="InitramfsPath">Absolute path of the initial RAM file system.</param>
/// <param name="Digest">SHA-256 over the contents, lower-case hexadecimal; the same contents have the same digest in every version.</param>
public sealed record GuestImage(string KernelPath, string InitramfsPath, string Digest);
