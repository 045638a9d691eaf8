namespace Sbx.Images.Cache;

/// <summary>Holds one version of one package against other processes. The system drops it when the process ends.</summary>
internal sealed class CacheLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private CacheLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock's file; stays behind, so that nobody locks a file that is gone.</param>
    /// <param name="waiting">Called once when it has to wait.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<CacheLock> AcquireAsync(string path, Action? waiting, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } held)
                return held;
            waiting?.Invoke();
            waiting = null;
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock when it is free.</summary>
    /// <param name="path">The lock's file.</param>
    public static CacheLock? TryAcquire(string path)
    {
        try
        {
            // FileShare.None is an flock on Unix, which also keeps two stores of one process apart.
            return new CacheLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && !DiskFull.Is(e))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
