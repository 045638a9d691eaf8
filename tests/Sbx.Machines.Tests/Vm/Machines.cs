using System.Collections.Concurrent;
using Sbx.Machines.Qemu;

namespace Sbx.Machines.Tests.Vm;

/// <summary>A driver with its directories below one.</summary>
internal sealed class Machines
{
    private static readonly MachineShape Shape = new(1, 512L << 20, 1L << 30);

    private readonly string _directory;
    private readonly MachineImage _image;
    private readonly MachineDisks _disks;

    public Machines(string directory, Assets assets, TimeSpan? restoreDeadline = null, bool keepSpare = false)
    {
        _directory = directory;
        _image = assets.Image();
        _disks = new MachineDisks(Path.Combine(directory, "blanks"));
        Driver = new QemuDriver(new QemuDriverOptions
        {
            CacheDirectory = Warm,
            RunDirectory = Path.Combine(directory, "run"),
            StateDirectory = Path.Combine(directory, "state"),
            Log = Lines.Enqueue,
            KeepSpare = keepSpare,
            // The machine that runs the tests may be busy with all of them at once.
            BootDeadline = TimeSpan.FromMinutes(10),
            RestoreDeadline = restoreDeadline ?? TimeSpan.FromMinutes(5),
        });
    }

    public QemuDriver Driver { get; }

    public ConcurrentQueue<string> Lines { get; } = new();

    public string Warm => Path.Combine(_directory, "warm");

    public string PidFiles => Path.Combine(_directory, "run", "machines");

    public async Task<MachineSpec> SpecAsync(string id)
    {
        var disk = Path.Combine(_directory, $"{id}-{Guid.NewGuid():N}.disk");
        await _disks.CreateAsync(disk, Shape.DiskBytes, CancellationToken.None);
        return new MachineSpec(id, _image, Shape, disk);
    }

    public async Task<IMachine> StartAsync(string id, CancellationToken cancellationToken = default) =>
        await Driver.StartAsync(await SpecAsync(id), new Progress(Lines), cancellationToken);

    private sealed class Progress(ConcurrentQueue<string> lines) : IProgress<string>
    {
        public void Report(string value) => lines.Enqueue(value);
    }
}
