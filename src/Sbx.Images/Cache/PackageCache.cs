using Sbx.Images.Fetching;
using Sbx.Images.Payloads;

namespace Sbx.Images.Cache;

/// <summary>
/// Unpacked packages, each in <c>id/version</c> below the cache directory. A directory appears there by one rename, complete
/// and verified; <c>id/version.lock</c> keeps processes apart while one is made.
/// </summary>
internal sealed class PackageCache(ImageStoreOptions options)
{
    public string DirectoryOf(PayloadPackage package) => Path.Combine(FamilyOf(package), package.Version);

    public bool IsPresent(PayloadPackage package) => VerifiedStamp.Holds(DirectoryOf(package), package.Digest);

    /// <summary>The package's directory, fetched when it is not there or not right.</summary>
    public ValueTask<string> GetAsync(PayloadPackage package, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        var directory = DirectoryOf(package);
        return VerifiedStamp.Holds(directory, package.Digest) ? new(directory) : new(MakeAsync(package, directory, progress, cancellationToken));
    }

    /// <summary>What is unpacked, half-made directories left out.</summary>
    public IEnumerable<CacheEntry> Entries() => AllEntries().Where(static e => !e.Version.Contains(".tmp-", StringComparison.Ordinal));

    private IEnumerable<CacheEntry> AllEntries()
    {
        foreach (var family in Subdirectories(options.CacheDirectory))
        {
            foreach (var directory in Subdirectories(family))
                yield return new CacheEntry(Path.GetFileName(family), Path.GetFileName(directory), directory, VerifiedStamp.DigestOf(directory) ?? "");
        }
    }

    /// <summary>Removes entries and abandoned downloads; what another process is just making is left alone.</summary>
    public long Remove(Predicate<CacheEntry> chosen)
    {
        long freed = 0;
        foreach (var entry in AllEntries().ToList())
        {
            if (!chosen(entry))
                continue;
            using var held = CacheLock.TryAcquire(LockOf(Path.GetDirectoryName(entry.Directory)!, BaseVersion(entry.Version)));
            if (held is null)
                continue;
            freed += SizeOf(entry.Directory);
            // Renamed first: nobody finds half a directory if this is interrupted.
            var doomed = entry.Directory + ".tmp-" + Guid.NewGuid().ToString("n");
            Directory.Move(entry.Directory, doomed);
            Directory.Delete(doomed, recursive: true);
        }

        foreach (var part in Subdirectories(options.CacheDirectory).SelectMany(family => Directory.EnumerateFiles(family, "*.part")).ToList())
        {
            using var held = CacheLock.TryAcquire(Path.ChangeExtension(part, ".lock"));
            if (held is null || !chosen(new CacheEntry(Path.GetFileName(Path.GetDirectoryName(part)!), Path.GetFileNameWithoutExtension(part), part, "")))
                continue;
            freed += new FileInfo(part).Length;
            File.Delete(part);
        }

        return freed;
    }

    public long SizeOnDisk() => Directory.Exists(options.CacheDirectory) ? SizeOf(options.CacheDirectory) : 0;

    private async Task<string> MakeAsync(PayloadPackage package, string directory, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        var family = FamilyOf(package);
        try
        {
            CreatePrivate(options.CacheDirectory);
            Directory.CreateDirectory(family);
            using var held = await CacheLock.AcquireAsync(
                LockOf(family, package.Version), () => progress?.Report(new(package.Id, ImageStage.Waiting, 0, null)), options.Time, cancellationToken).ConfigureAwait(false);
            if (VerifiedStamp.Holds(directory, package.Digest))
                return directory;
            RemoveAbandoned(family, package.Version);
            if (Directory.Exists(directory))
            {
                // Copied or restored with other times, perhaps: only damage is a reason to fetch again.
                if (await ContentCheck.VerifyAsync(directory, package.Digest, cancellationToken).ConfigureAwait(false) is { } intact)
                {
                    VerifiedStamp.Write(directory, package.Digest, intact);
                    return directory;
                }

                Directory.Delete(directory, recursive: true);
            }

            return await new PackageFetcher(options).FetchAsync(package, family, directory, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            RemoveAbandoned(family, package.Version);
            File.Delete(Path.Combine(family, package.Version + ".part"));
            throw DiskFull.Error(options.CacheDirectory, package.Size + package.UnpackedSize, e);
        }
    }

    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void RemoveAbandoned(string family, string version)
    {
        foreach (var abandoned in Directory.EnumerateDirectories(family, version + ".tmp-*").ToList())
            Directory.Delete(abandoned, recursive: true);
    }

    private static IEnumerable<string> Subdirectories(string directory) => Directory.Exists(directory) ? Directory.EnumerateDirectories(directory) : [];

    private static string BaseVersion(string name) => name.IndexOf(".tmp-", StringComparison.Ordinal) is > 0 and var end ? name[..end] : name;

    private static string LockOf(string family, string version) => Path.Combine(family, version + ".lock");

    private static long SizeOf(string directory) => new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length);

    private string FamilyOf(PayloadPackage package) => Path.Combine(options.CacheDirectory, package.Id.ToLowerInvariant());
}
