using System.IO.Compression;

namespace Sbx.Egress.Masking;

/// <summary>
/// Undoes the content codings of an answer (RFC 9110 8.4.1) that would hide a secret. Such answers are rare, since the identity coding
/// is asked for. Decoding streams; nothing is held in memory whatever the ratio.
/// </summary>
internal static class ContentDecoder
{
    /// <summary>Finds the decoder.</summary>
    /// <param name="codings">Value of Content-Encoding.</param>
    /// <param name="decode">Wraps the stream; null when there is nothing to undo.</param>
    /// <returns>False for a coding that cannot be undone.</returns>
    public static bool TryFind(string codings, out Func<Stream, Stream>? decode)
    {
        decode = null;
        // Listed in the order they were applied.
        foreach (var coding in codings.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            Func<Stream, Stream>? one = coding.ToLowerInvariant() switch
            {
                "gzip" or "x-gzip" => stream => new GZipStream(stream, CompressionMode.Decompress),
                "br" => stream => new BrotliStream(stream, CompressionMode.Decompress),
                "deflate" => stream => new ZLibStream(stream, CompressionMode.Decompress),
                _ => null,
            };
            if (coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
                continue;
            if (one is null)
                return false;
            var before = decode;
            decode = before is null ? one : stream => one(before(stream));
        }

        return true;
    }
}
