using System.Diagnostics;
using Sbx.Api.Errors;
using Sbx.Machines.Accelerators;
using Sbx.Machines.Disks;
using Sbx.Machines.Limits;
using Sbx.Machines.Processes;
using Sbx.Machines.Warm;

namespace Sbx.Machines.Qemu;

/// <summary>Starts machines in QEMU's microvm, from warm images where they restore. Thread-safe.</summary>
public sealed class QemuDriver : IMachineDriver, IAsyncDisposable
{
    private readonly QemuDriverOptions _options;
    private readonly WarmImageStore _images;
    private readonly PidFiles _pidFiles;
    private readonly AcceleratorMemory _memory;
    private readonly HostDetection _detection;
    private readonly SpareMachines _spares;
    private readonly SemaphoreSlim _probing = new(1, 1);

    /// <summary>Creates the driver; nothing is started or looked for yet.</summary>
    public QemuDriver(QemuDriverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _images = new WarmImageStore(options.CacheDirectory, options.TimeProvider);
        _pidFiles = new PidFiles(Path.Combine(options.RunDirectory, "machines"));
        _memory = new AcceleratorMemory(options.StateDirectory);
        _detection = new HostDetection(options);
        _spares = new SpareMachines(options);
    }

    /// <summary>Kills machines that an earlier daemon with the same run directory left behind. Call before the first start.</summary>
    /// <returns>Ids of the killed processes; usually none, because machines end with their daemon.</returns>
    public IReadOnlyList<int> ReapOrphans() => _pidFiles.Reap();

    /// <summary>Removes warm images that were not used for 30 days or whose kernel, root image or QEMU is gone.</summary>
    /// <returns>Bytes freed.</returns>
    public long Trim() => _images.Trim();

    /// <summary>Space that warm images take, in bytes.</summary>
    public long WarmImageBytes() => _images.Size();

    /// <summary>Forgets which accelerator works, so that the next start finds out again.</summary>
    public void ForgetAccelerator() => _memory.Forget();

    /// <summary>Looks at the host's QEMU.</summary>
    /// <exception cref="SbxException">HostPrerequisite: it is missing, too old, or does not run.</exception>
    public async Task<QemuDescription> InspectAsync(CancellationToken cancellationToken)
    {
        var host = await _detection.HostAsync(cancellationToken).ConfigureAwait(false);
        return new QemuDescription(host.Binary, host.Version.Text, host.Confinement.Description);
    }

    /// <summary>Which accelerator machines get; remembered for this QEMU and this host kernel.</summary>
    /// <param name="image">What to boot when it has to be tried.</param>
    /// <param name="progress">Gets lines for people.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SbxException">HostPrerequisite: QEMU is missing, too old, or does not run.</exception>
    public async Task<AcceleratorVerdict> FindAcceleratorAsync(MachineImage image, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var host = await _detection.HostAsync(cancellationToken).ConfigureAwait(false);
        await _probing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await new AcceleratorProbe(_memory, _options.TimeProvider)
                .FindAsync(host.Version, (accelerator, token) => TryBootAsync(host, accelerator, image, token), progress, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            _probing.Release();
        }
    }

    /// <summary>Makes the warm image of a kind of machine ahead of its first start; does nothing when it is there.</summary>
    /// <param name="image">What such machines boot from.</param>
    /// <param name="shape">Their size.</param>
    /// <param name="progress">Gets lines for people.</param>
    /// <param name="cancellationToken">Cancels; nothing is left then.</param>
    /// <exception cref="SbxException">HostPrerequisite, Machine or Exhausted: see <see cref="StartAsync"/>.</exception>
    public Task PrepareAsync(MachineImage image, MachineShape shape, IProgress<string>? progress, CancellationToken cancellationToken) => TranslateAsync(
        async () => await ImageAsync(await StarterAsync(image, progress, cancellationToken).ConfigureAwait(false), image, shape, progress, cancellationToken).ConfigureAwait(false),
        diskPath: "");

    /// <inheritdoc/>
    public async Task<IMachine> StartAsync(MachineSpec spec, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        MachineSpecs.Check(spec);
        return await TranslateAsync(() => StartCheckedAsync(spec, progress, cancellationToken), spec.DiskPath).ConfigureAwait(false);
    }

    /// <summary>Ends what is kept for later starts; machines that were started go on.</summary>
    public ValueTask DisposeAsync() => _spares.DisposeAsync();

    /// <summary>Completes when no spare machine is being made.</summary>
    internal Task SpareAsync() => _spares.MadeAsync();

    private async Task<IMachine> StartCheckedAsync(MachineSpec spec, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var starter = await StarterAsync(spec.Image, progress, cancellationToken).ConfigureAwait(false);
        using var counted = _spares.BeginStart();
        var image = await ImageAsync(starter, spec.Image, spec.Shape, progress, cancellationToken).ConfigureAwait(false);
        if (image is not null && await WarmAsync(image, starter, spec, progress, cancellationToken).ConfigureAwait(false) is { } warm)
        {
            if (_options.KeepSpare)
                _spares.Refill(image.Key, starter, image, spec);
            return warm;
        }

        progress?.Report("booting the machine");
        return await starter.BootAsync(spec, _options.BootDeadline, cancellationToken).ConfigureAwait(false);
    }

    // Failures as a user can understand them.
    private async Task<T> TranslateAsync<T>(Func<Task<T>> start, string diskPath)
    {
        try
        {
            return await start().ConfigureAwait(false);
        }
        catch (QemuException e) when (e.DiskInUse)
        {
            throw new SbxException(ErrorCode.Conflict, $"the disk {diskPath} is in use by another machine", "stop the sandbox with: sbx stop", e);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Exhausted(_options.CacheDirectory, e);
        }
        catch (Exception e) when (e is QemuException or IOException or UnauthorizedAccessException)
        {
            throw new SbxException(ErrorCode.Machine, $"the machine did not start: {e.Message}", "run: sbx doctor", e);
        }
    }

    private async Task<QemuStarter> StarterAsync(MachineImage image, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var verdict = await FindAcceleratorAsync(image, progress, cancellationToken).ConfigureAwait(false);
        return new QemuStarter(await _detection.HostAsync(cancellationToken).ConfigureAwait(false), verdict.Accelerator, _pidFiles, _options);
    }

    // A usable image, made now when there is none; null when machines of this kind have to boot.
    private async Task<WarmImage?> ImageAsync(
        QemuStarter starter, MachineImage source, MachineShape shape, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        // The state is passed to QEMU in a way that only Linux has.
        if (!OperatingSystem.IsLinux())
            return null;
        var key = WarmImageKey.Of(starter.Host.Version, starter.Accelerator, HostProcessor.Model(), source, shape);
        var image = _images.Find(key) ?? await MakeAsync(key, starter, source, shape, progress, cancellationToken).ConfigureAwait(false);
        if (image.Meta.Usable)
            return image;
        progress?.Report($"warm starts do not work here, so the machine boots: {image.Meta.Reason}");
        return null;
    }

    private async Task<WarmImage> MakeAsync(
        string key, QemuStarter starter, MachineImage source, MachineShape shape, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var held = await _images.LockAsync(cancellationToken).ConfigureAwait(false);
        if (_images.Find(key) is { } made)
            return made;
        progress?.Report("preparing the warm image, once for this template and size");
        var start = Stopwatch.GetTimestamp();
        var directory = _images.NewTemporary();
        try
        {
            var image = await new WarmImageBaker(starter, _options).BakeAsync(source, shape, directory, cancellationToken).ConfigureAwait(false);
            var meta = image.Meta;
            _options.Log(
                $"made warm image {key} in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s: boot {meta.BootMilliseconds:0} ms, restore {meta.RestoreMilliseconds:0} ms, "
                + $"memory {meta.RamBytesSaved >> 20} MiB, after trimming {meta.RamBytes >> 20} MiB, usable: {meta.Usable}");
            return _images.Publish(image, key);
        }
        finally
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<IMachine?> WarmAsync(
        WarmImage image, QemuStarter starter, MachineSpec spec, IProgress<string>? progress, CancellationToken cancellationToken) =>
        await _spares.TakeAsync(image.Key, spec, cancellationToken).ConfigureAwait(false)
        ?? await RestoreAsync(image, starter, spec, progress, cancellationToken).ConfigureAwait(false);

    // Null when the image does not restore any more; it is thrown away then, and made again at the next start.
    private async Task<IMachine?> RestoreAsync(
        WarmImage image, QemuStarter starter, MachineSpec spec, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var reason = image.Damage();
        if (reason is null)
        {
            try
            {
                var machine = await starter.RestoreAsync(spec, image, cancellationToken).ConfigureAwait(false);
                image.Touch(_options.TimeProvider.GetUtcNow());
                return machine;
            }
            catch (Exception e) when (e is QemuException { DiskInUse: false } or FileNotFoundException or DirectoryNotFoundException)
            {
                reason = e.Message;
            }
        }

        var key = image.Key;
        _options.Log($"warm image {key} is discarded: {reason}");
        progress?.Report($"the warm image did not restore, so the machine boots once ({reason})");
        using (await _images.LockAsync(cancellationToken).ConfigureAwait(false))
        {
            // Another start may have met the same damage, and a new image be there already.
            if (_images.Find(key)?.Meta.RamInode == image.Meta.RamInode)
                _images.Discard(key);
        }

        return null;
    }

    private async Task TryBootAsync(QemuHost host, Accelerator accelerator, MachineImage image, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.StateDirectory);
        var disk = Path.Combine(_options.StateDirectory, $"probe-{Guid.NewGuid():N}.disk");
        try
        {
            using (var file = File.OpenHandle(disk, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite))
                RandomAccess.SetLength(file, MachineLimits.Least);
            var spec = new MachineSpec("probe", image, new MachineShape(1, MachineLimits.Least, MachineLimits.Least), disk);
            var starter = new QemuStarter(host, accelerator, _pidFiles, _options);
            var machine = await starter.BootAsync(spec, _options.ProbeDeadline, cancellationToken).ConfigureAwait(false);
            await machine.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            File.Delete(disk);
        }
    }
}
