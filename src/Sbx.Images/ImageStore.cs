using Sbx.Api.Errors;
using Sbx.Images.Cache;
using Sbx.Images.Payloads;

namespace Sbx.Images;

/// <summary>
/// Guest and templates: fetched once from NuGet sources, verified, and kept unpacked in the cache. Thread-safe, and several
/// processes may share a cache. Asking for what is there already costs a few file stats and loads no NuGet code.
/// </summary>
public sealed class ImageStore
{
    private const string KernelFile = "vmlinux";
    private const string InitramfsFile = "initramfs.cpio";
    private const string RootFile = "root.squashfs";

    private readonly ImageStoreOptions _options;
    private readonly PackageCache _cache;
    private readonly Lock _lock = new();
    private (PayloadList List, DateTime Written, long Length)? _payloads;

    /// <summary>Creates the store; touches no file yet.</summary>
    /// <param name="options">Where images are kept and where they come from.</param>
    public ImageStore(ImageStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _cache = new PackageCache(options);
    }

    /// <summary>The guest of this build.</summary>
    /// <param name="progress">Told of a download; null for none.</param>
    /// <param name="cancellationToken">Cancels; a part that was downloaded is kept for the next time.</param>
    /// <exception cref="SbxException">It could not be fetched, or did not match its hash.</exception>
    public async Task<GuestImage> GetGuestAsync(IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        var package = Payloads().Guest;
        var directory = await _cache.GetAsync(package, progress, cancellationToken).ConfigureAwait(false);
        return new GuestImage(FileOf(package, directory, KernelFile), FileOf(package, directory, InitramfsFile), package.Digest);
    }

    /// <summary>A template of this build.</summary>
    /// <param name="name">Its name, for example <c>shell</c>.</param>
    /// <param name="progress">Told of a download; null for none.</param>
    /// <param name="cancellationToken">Cancels; a part that was downloaded is kept for the next time.</param>
    /// <exception cref="SbxException">There is no such template, it could not be fetched, or did not match its hash.</exception>
    public async Task<TemplateImage> GetTemplateAsync(string name, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        var package = Payloads().Templates.FirstOrDefault(t => t.Name == name) ?? throw Unknown(name);
        var directory = await _cache.GetAsync(package, progress, cancellationToken).ConfigureAwait(false);
        return new TemplateImage(package.Name, package.Version, FileOf(package, directory, RootFile), package.Digest);
    }

    /// <summary>
    /// A template as it was when a sandbox was made from it, perhaps by another version of sbx; null when the cache no longer
    /// has it. Fetches nothing.
    /// </summary>
    /// <param name="digest">Its digest.</param>
    public TemplateImage? FindTemplate(string digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        var known = Payloads().Templates.FirstOrDefault(t => t.Digest == digest);
        foreach (var entry in _cache.Entries())
        {
            var root = Path.Combine(entry.Directory, RootFile);
            if (entry.Digest == digest && File.Exists(root))
                return new TemplateImage(known?.Name ?? entry.Id, entry.Version, root, digest);
        }

        return null;
    }

    /// <summary>The templates of this build, fetched or not.</summary>
    /// <exception cref="SbxException">The payload list is missing or damaged.</exception>
    public IReadOnlyList<TemplateImage> ListTemplates() =>
        [.. Payloads().Templates.Select(t => new TemplateImage(t.Name, t.Version, Path.Combine(_cache.DirectoryOf(t), RootFile), t.Digest) { IsFetched = _cache.IsPresent(t) })];

    /// <summary>Bytes that all images take, downloads in progress included.</summary>
    public long SizeOnDisk() => _cache.SizeOnDisk();

    /// <summary>
    /// Removes versions that neither this build nor one of the given digests needs. Returns the bytes freed.
    /// </summary>
    /// <param name="digestsInUse">Digests of guests and templates that sandboxes still start from.</param>
    public long RemoveUnused(IReadOnlyCollection<string> digestsInUse)
    {
        ArgumentNullException.ThrowIfNull(digestsInUse);
        var kept = Payloads().Packages.Select(p => p.Digest).Concat(digestsInUse).ToHashSet(StringComparer.Ordinal);
        return _cache.Remove(entry => !kept.Contains(entry.Digest));
    }

    /// <summary>Removes all images. Machines that run keep the files they have open.</summary>
    /// <exception cref="IOException">A file could not be removed.</exception>
    public void Clear() => _cache.Remove(static _ => true);

    private static string FileOf(PayloadPackage package, string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return File.Exists(path) ? path : throw new SbxException(ErrorCode.Image, $"Package {package.Id} {package.Version} has no {name}.", "Reinstall sbx; its packages do not belong together.");
    }

    private SbxException Unknown(string name) => new(
        ErrorCode.NotFound, $"There is no template named '{name}'.",
        $"Templates: {string.Join(", ", Payloads().Templates.Select(t => t.Name))}.");

    // Read again when the file changes: a checkout rebuilds its guest while its daemon runs.
    private PayloadList Payloads()
    {
        var file = new FileInfo(_options.PayloadsPath);
        var (written, length) = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        lock (_lock)
        {
            if (_payloads is { } known && known.Written == written && known.Length == length)
                return known.List;
            var list = PayloadList.Load(_options.PayloadsPath);
            _payloads = (list, written, length);
            return list;
        }
    }
}
