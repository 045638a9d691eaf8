using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using Sbx.Images.Cache;
using Sbx.Images.Payloads;

namespace Sbx.Images.Fetching;

/// <summary>
/// Unpacks the files that a package's manifest names, and nothing else, into an empty directory. Names, sizes and hashes come
/// from the manifest, whose own hash is known; what the archive says of itself is not relied on. Only plain new files are written.
/// </summary>
internal sealed class PackageUnpacker(PayloadPackage package, IProgress<ImageProgress>? progress)
{
    private const string Prefix = "payload/";
    private const int BufferSize = 1 << 18;

    /// <exception cref="WrongContentException">The archive is malformed or its contents are not those expected.</exception>
    public async Task<Manifest> UnpackAsync(Stream stream, string directory, CancellationToken cancellationToken)
    {
        try
        {
            stream.Position = 0;
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var entries = Index(archive);
            var json = await ReadManifestAsync(entries, cancellationToken).ConfigureAwait(false);
            var manifest = Manifest.Parse(json);
            if (manifest.Files.Sum(static f => f.Size) > package.UnpackedSize)
                throw new WrongContentException("its files are larger than stated");
            long done = 0;
            foreach (var file in manifest.Files)
            {
                if (!entries.TryGetValue(Prefix + file.Path, out var entry))
                    throw new WrongContentException($"it has no {file.Path}");
                await WriteAsync(entry, file, directory, done, cancellationToken).ConfigureAwait(false);
                done += file.Size;
            }

            await File.WriteAllBytesAsync(Path.Combine(directory, ContentCheck.ManifestFile), json, cancellationToken).ConfigureAwait(false);
            return manifest;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or OverflowException or ArgumentException or NotSupportedException)
        {
            throw new WrongContentException(e.Message, e);
        }
    }

    private static Dictionary<string, ZipArchiveEntry> Index(ZipArchive archive)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            if (!entries.TryAdd(entry.FullName, entry))
                throw new WrongContentException("it has two entries of one name");
        }

        return entries;
    }

    private async Task<byte[]> ReadManifestAsync(Dictionary<string, ZipArchiveEntry> entries, CancellationToken cancellationToken)
    {
        if (!entries.TryGetValue(ContentCheck.ManifestFile, out var entry))
            throw new WrongContentException("it has no manifest");
        var source = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var buffer = new byte[Manifest.MaximumLength + 1];
            var length = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length > Manifest.MaximumLength || Manifest.DigestOf(buffer.AsSpan(0, length)) != package.Digest)
                throw new WrongContentException("its manifest is not the expected one");
            return buffer[..length];
        }
    }

    private async Task WriteAsync(ZipArchiveEntry entry, ManifestFile file, string directory, long done, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, file.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var source = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = source.ConfigureAwait(false);
            var target = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
            await using var __ = target.ConfigureAwait(false);
            long written = 0;
            int count;
            while ((count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                written += count;
                if (written > file.Size)
                    throw new WrongContentException($"{file.Path} is larger than stated");
                hash.AppendData(buffer, 0, count);
                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                progress?.Report(new(package.Id, ImageStage.Unpacking, done + written, package.UnpackedSize));
            }

            if (written != file.Size || Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
                throw new WrongContentException($"{file.Path} is not what the manifest states");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
