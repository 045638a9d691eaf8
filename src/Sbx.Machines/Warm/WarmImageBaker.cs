using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sbx.Machines.Disks;
using Sbx.Machines.Native;
using Sbx.Machines.Qemu;

namespace Sbx.Machines.Warm;

/// <summary>Makes warm images: boots a machine with its memory in a file, stops it when its guest answers, saves its devices.</summary>
/// <param name="starter">Starts the machines.</param>
/// <param name="options">Clock and log.</param>
internal sealed class WarmImageBaker(QemuStarter starter, QemuDriverOptions options)
{
    // What the guest still does after its first answer (late module work, page cache) is then part of every restore.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);

    /// <summary>Makes an image in an empty directory and tries it once.</summary>
    /// <returns>The image; not usable when the trial failed.</returns>
    /// <exception cref="QemuException">The machine did not boot or could not be saved.</exception>
    public async Task<WarmImage> BakeAsync(MachineImage image, MachineShape shape, string directory, CancellationToken cancellationToken)
    {
        var id = "bake" + Guid.NewGuid().ToString("N")[..8];
        var disk = Path.Combine(directory, "disk");
        var made = new WarmImage(directory, new WarmImageMeta
        {
            Usable = false,
            MadeAt = options.TimeProvider.GetUtcNow(),
            ImageDigest = image.Digest,
            Inputs = [image.KernelPath, image.InitramfsPath, image.RootImagePath, starter.Host.Binary],
            QemuVersion = starter.Host.Version.Text,
        });
        using var ram = NewFile(made.Ram, shape.MemoryBytes);
        await Ext4.FormatAsync(made.Blank, shape.DiskBytes, cancellationToken).ConfigureAwait(false);
        made.CopyBlank(disk, cancellationToken);

        if (starter.Host.Confinement.UserOf(id) is { } user)
            ChangeOwner(made.Ram, user, Confinement.Group);
        var spec = new MachineSpec(id, image, shape, disk);
        var boot = await SaveAsync(spec, made, cancellationToken).ConfigureAwait(false);
        var saved = FileStatus.Of(made.Ram).AllocatedBytes;
        await Task.Run(() => Finish(made, ram, cancellationToken), cancellationToken).ConfigureAwait(false);
        var status = FileStatus.Of(made.Ram);
        made = made with
        {
            Meta = made.Meta with
            {
                StateHash = WarmImage.HashOf(made.State),
                RamInode = status.Inode,
                RamChanged = status.ChangedNanoseconds,
                RamBytesSaved = saved,
                RamBytes = status.AllocatedBytes,
                BootMilliseconds = boot.TotalMilliseconds,
            },
        };
        made = await TryAsync(made, spec, cancellationToken).ConfigureAwait(false);
        File.Delete(disk);
        made.Write();
        return made;
    }

    private async Task<TimeSpan> SaveAsync(MachineSpec spec, WarmImage made, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var (machine, process) = await starter.BootIntoFileAsync(spec, made.Ram, cancellationToken).ConfigureAwait(false);
        await using (machine.ConfigureAwait(false))
        {
            var boot = Stopwatch.GetElapsedTime(start);
            try
            {
                await machine.RehearseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (QemuException e)
            {
                // Starts are slower then, that is all.
                options.Log($"{e.Message}; {await process.LastWordsAsync().ConfigureAwait(false)}");
            }

            await Task.Delay(Settle, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            using var state = NewFile(made.State, 0);
            await process.SaveAsync(state, cancellationToken).ConfigureAwait(false);
            return boot;
        }
    }

    private async Task<WarmImage> TryAsync(WarmImage made, MachineSpec spec, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var machine = await starter.RestoreAsync(spec, made, cancellationToken).ConfigureAwait(false);
            await using (machine.ConfigureAwait(false))
                return made with { Meta = made.Meta with { Usable = true, RestoreMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds } };
        }
        catch (QemuException e)
        {
            options.Log($"a new warm image does not restore: {e.Message}");
            File.Delete(made.Ram);
            File.Delete(made.State);
            return made with { Meta = made.Meta with { Reason = e.Message } };
        }
    }

    private void Finish(WarmImage made, SafeFileHandle ram, CancellationToken cancellationToken)
    {
        SparseFile.PunchZeroes(ram, cancellationToken);
        if (starter.Host.Confinement.DropsUser && !OperatingSystem.IsWindows())
        {
            // See QemuCommandLine: older versions must be able to open it for writing.
            ChangeOwner(made.Ram, 0, Confinement.Group);
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            File.SetUnixFileMode(made.Ram, starter.Host.Version.MapsReadOnlyFilesPrivately ? owner : owner | UnixFileMode.GroupWrite);
        }

        // A record that survives a power failure must not stand beside memory that did not.
        RandomAccess.FlushToDisk(ram);
    }

    private static SafeFileHandle NewFile(string path, long length)
    {
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        RandomAccess.SetLength(file, length);
        return file;
    }

    private static void ChangeOwner(string path, uint user, uint group)
    {
        if (Libc.ChangeOwner(path, user, group) != 0)
            throw new IOException($"{path} could not be given to its machine: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}");
    }
}
