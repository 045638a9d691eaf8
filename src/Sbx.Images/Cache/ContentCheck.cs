using System.Security.Cryptography;
using Sbx.Images.Payloads;

namespace Sbx.Images.Cache;

/// <summary>Hashes the files of an unpacked package again.</summary>
internal static class ContentCheck
{
    public const string ManifestFile = "manifest.json";

    /// <summary>The manifest when it and every file are right; null otherwise.</summary>
    public static async Task<Manifest?> VerifyAsync(string directory, string digest, CancellationToken cancellationToken)
    {
        try
        {
            var json = await File.ReadAllBytesAsync(Path.Combine(directory, ManifestFile), cancellationToken).ConfigureAwait(false);
            if (Manifest.DigestOf(json) != digest)
                return null;
            var manifest = Manifest.Parse(json);
            foreach (var file in manifest.Files)
            {
                if (!await IsRightAsync(Path.Combine(directory, file.Path), file, cancellationToken).ConfigureAwait(false))
                    return null;
            }

            return manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static async Task<bool> IsRightAsync(string path, ManifestFile file, CancellationToken cancellationToken)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.LinkTarget is not null || info.Length != file.Size)
            return false;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await using (stream.ConfigureAwait(false))
        {
            var hash = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
            return Convert.ToHexStringLower(hash) == file.Sha256;
        }
    }
}
