namespace Sbx.Machines.Warm;

/// <summary>
/// The directory of warm images: one directory each, named by key. An image is made under a temporary name and moved into
/// place, so a name always stands for a complete one. Safe between threads and between processes.
/// </summary>
/// <param name="directory">Where they are.</param>
/// <param name="time">Clock of ages.</param>
internal sealed class WarmImageStore(string directory, TimeProvider time)
{
    /// <summary>Images that were not used for longer than this are removed by <see cref="Trim"/>.</summary>
    public static readonly TimeSpan Unused = TimeSpan.FromDays(30);

    /// <summary>An image that did not restore is tried again after this.</summary>
    public static readonly TimeSpan RetryUnusable = TimeSpan.FromDays(1);

    private const string TemporaryPrefix = ".tmp-";
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>The image of a key, usable or known not to be; null when it has to be made.</summary>
    public WarmImage? Find(string key)
    {
        var image = WarmImage.Read(Path.Combine(directory, key));
        return image is { Meta.Usable: false } && time.GetUtcNow() - image.Meta.MadeAt > RetryUnusable ? null : image;
    }

    /// <summary>Waits until nobody else makes images; the caller may while it holds the result.</summary>
    public async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        while (true)
        {
            if (TryLock() is { } held)
                return held;
            await Task.Delay(LockPoll, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An empty directory to make an image in; what an interrupted maker left is removed. Needs the lock.</summary>
    public string NewTemporary()
    {
        RemoveTemporaries();
        return Directory.CreateDirectory(Path.Combine(directory, TemporaryPrefix + Guid.NewGuid().ToString("N"))).FullName;
    }

    /// <summary>Moves a complete image to its name. Needs the lock.</summary>
    public WarmImage Publish(WarmImage image, string key)
    {
        var target = Path.Combine(directory, key);
        Discard(key);
        Directory.Move(image.Directory, target);
        return image with { Directory = target };
    }

    /// <summary>Removes an image. Machines that were restored from it go on: their mapping keeps the file.</summary>
    public void Discard(string key) => Remove(Path.Combine(directory, key));

    /// <summary>Removes images that were not used for long, whose inputs are gone, and what interrupted makers left.</summary>
    /// <returns>Bytes freed.</returns>
    public long Trim()
    {
        // While somebody makes an image there is nothing urgent to clean up.
        if (!Directory.Exists(directory) || TryLock() is not { } held)
            return 0;
        using (held)
        {
            var before = Size();
            RemoveTemporaries();
            foreach (var path in Directory.EnumerateDirectories(directory).ToList())
            {
                var image = WarmImage.Read(path);
                if (image is null || time.GetUtcNow() - image.LastUsed() > Unused || !image.Meta.Inputs.All(File.Exists))
                    Remove(path);
            }

            return before - Size();
        }
    }

    /// <summary>Bytes that all images take.</summary>
    public long Size() => !Directory.Exists(directory) ? 0 : Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Sum(AllocatedBytes);

    private static long AllocatedBytes(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? Native.FileStatus.Of(path).AllocatedBytes : new FileInfo(path).Length;
        }
        catch (IOException)
        {
            return 0; // removed in between
        }
    }

    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(Path.Combine(directory, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void RemoveTemporaries()
    {
        foreach (var path in Directory.EnumerateDirectories(directory, TemporaryPrefix + "*").ToList())
            Directory.Delete(path, recursive: true);
    }

    private void Remove(string path)
    {
        // First out of sight in one step, so that nobody finds half of it.
        var doomed = Path.Combine(directory, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.Move(path, doomed);
            Directory.Delete(doomed, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else removed it.
        }
    }
}
