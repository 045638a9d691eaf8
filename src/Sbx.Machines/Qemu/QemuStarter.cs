using Sbx.Machines.Accelerators;
using Sbx.Machines.Processes;
using Sbx.Machines.Warm;

namespace Sbx.Machines.Qemu;

/// <summary>Starts machines with one QEMU, one accelerator: by booting, or by restoring a warm image.</summary>
/// <param name="host">Which QEMU.</param>
/// <param name="accelerator">How it runs guests.</param>
/// <param name="pidFiles">Records of running processes.</param>
/// <param name="options">Deadlines, clock, log.</param>
internal sealed class QemuStarter(QemuHost host, Accelerator accelerator, PidFiles pidFiles, QemuDriverOptions options)
{
    /// <summary>Which QEMU.</summary>
    public QemuHost Host => host;

    /// <summary>How it runs guests.</summary>
    public Accelerator Accelerator => accelerator;

    /// <summary>Boots a machine and waits for its guest's first answer.</summary>
    /// <param name="spec">What to boot.</param>
    /// <param name="deadline">Longest wait.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="QemuException">It did not come up.</exception>
    public async Task<QemuMachine> BootAsync(MachineSpec spec, TimeSpan deadline, CancellationToken cancellationToken) =>
        (await BootAsync(spec, ramPath: null, deadline, cancellationToken).ConfigureAwait(false)).Machine;

    /// <summary>Boots a machine whose memory is a file, so that its state can be saved afterwards.</summary>
    public Task<(QemuMachine Machine, QemuProcess Process)> BootIntoFileAsync(MachineSpec spec, string ramPath, CancellationToken cancellationToken) =>
        BootAsync(spec, ramPath, options.BootDeadline, cancellationToken);

    /// <summary>Restores a machine and waits for its guest's first answer.</summary>
    /// <exception cref="QemuException">It did not come up.</exception>
    public async Task<QemuMachine> RestoreAsync(MachineSpec spec, WarmImage image, CancellationToken cancellationToken)
    {
        var process = await QemuProcess.StartAsync(Launch(spec) with { RamPath = image.Ram, StatePath = image.State }, cancellationToken).ConfigureAwait(false);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var timer = options.TimeProvider.CreateTimer(_ => deadline.Cancel(), null, options.RestoreDeadline, Timeout.InfiniteTimeSpan);
            await process.LoadAsync(deadline.Token).ConfigureAwait(false);
            await process.ContinueAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await process.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new QemuException($"the state was not loaded within {options.RestoreDeadline.TotalSeconds:0} s", e);
            throw;
        }

        return await MeetAsync(process, MachineStartMode.Warm, options.RestoreDeadline, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(QemuMachine Machine, QemuProcess Process)> BootAsync(MachineSpec spec, string? ramPath, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var launch = Launch(spec) with { Boot = (spec.Image.KernelPath, spec.Image.InitramfsPath), RamPath = ramPath, SharedRam = ramPath is not null };
        var process = await QemuProcess.StartAsync(launch, cancellationToken).ConfigureAwait(false);
        return (await MeetAsync(process, MachineStartMode.Cold, deadline, cancellationToken).ConfigureAwait(false), process);
    }

    private Task<QemuMachine> MeetAsync(QemuProcess process, MachineStartMode mode, TimeSpan deadline, CancellationToken cancellationToken)
    {
        process.Paused = new DiskFullWatch(process, options).OnPaused;
        return QemuMachine.MeetAsync(process, mode, deadline, options.TimeProvider, cancellationToken);
    }

    private QemuLaunch Launch(MachineSpec spec) => new()
    {
        Id = spec.Id,
        Host = host,
        Accelerator = accelerator,
        Shape = spec.Shape,
        RootPath = spec.Image.RootImagePath,
        DiskPath = spec.DiskPath,
        PidFiles = pidFiles,
        Time = options.TimeProvider,
    };
}
