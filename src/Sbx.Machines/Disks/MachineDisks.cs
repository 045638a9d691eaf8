using Microsoft.Win32.SafeHandles;
using Sbx.Api.Errors;
using Sbx.Machines.Disks;
using Sbx.Machines.Limits;
using Sbx.Machines.Native;

namespace Sbx.Machines;

/// <summary>
/// Makes the writable disks of machines: raw ext4, sparse. A formatted blank is kept per size and copied hole by hole, so
/// that a disk costs milliseconds and a few hundred KiB whatever its size. Thread-safe, also between processes.
/// </summary>
/// <param name="cacheDirectory">Where the blanks are kept; may be deleted at any time.</param>
public sealed class MachineDisks(string cacheDirectory)
{
    // Part of a blank's name: raised when the way it is formatted changes.
    private const int BlankFormat = 1;

    private readonly SemaphoreSlim _formatting = new(1, 1);

    /// <summary>Makes a disk. It appears under its name complete or not at all.</summary>
    /// <param name="path">Where; nothing may exist there.</param>
    /// <param name="bytes">Its size, a multiple of 1 MiB, at least 256 MiB.</param>
    /// <param name="cancellationToken">Cancels; nothing is left then.</param>
    /// <exception cref="SbxException">Exhausted: the host's disk is full. HostPrerequisite: mkfs.ext4 is missing.</exception>
    /// <exception cref="IOException">Something exists at the path, or it cannot be written.</exception>
    public async Task CreateAsync(string path, long bytes, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, MachineLimits.Least);
        try
        {
            var blank = await BlankAsync(bytes, cancellationToken).ConfigureAwait(false);
            await PublishAsync(path, target => Task.Run(() => CopyBlank(blank, target, cancellationToken), cancellationToken)).ConfigureAwait(false);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Exhausted(Path.GetDirectoryName(Path.GetFullPath(path))!, e);
        }
    }

    private static void CopyBlank(string blank, string path, CancellationToken cancellationToken)
    {
        using var source = File.OpenHandle(blank);
        using var target = OpenNew(path);
        SparseFile.Copy(source, target, cancellationToken);
        // A disk that a record names must still be there after a power failure.
        RandomAccess.FlushToDisk(target);
    }

    private async Task<string> BlankAsync(long bytes, CancellationToken cancellationToken)
    {
        var blank = Path.Combine(cacheDirectory, $"blank-{BlankFormat}-{bytes}.ext4");
        await _formatting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!File.Exists(blank))
            {
                Directory.CreateDirectory(cacheDirectory);
                await PublishAsync(blank, path => Ext4.FormatAsync(path, bytes, cancellationToken)).ConfigureAwait(false);
            }
        }
        catch (IOException) when (File.Exists(blank))
        {
            // Another process was faster; its blank is as good.
        }
        finally
        {
            _formatting.Release();
        }

        return blank;
    }

    // Makes a file under a temporary name beside its own, and moves it there when it is complete.
    private static async Task PublishAsync(string path, Func<string, Task> make)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await make(temporary).ConfigureAwait(false);
            File.Move(temporary, path, overwrite: false);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static SafeFileHandle OpenNew(string path)
    {
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return handle;
    }
}
