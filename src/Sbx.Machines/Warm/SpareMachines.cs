using Sbx.Machines.Qemu;

namespace Sbx.Machines.Warm;

/// <summary>
/// Keeps one machine restored and rehearsed ahead of the next start, which then only exchanges its disk. It is made when a
/// start has happened and no other is under way, and ended when it was not needed for <see cref="Unused"/>; a daemon that
/// starts nothing holds nothing. It has no identity and no sandbox's disk. Thread-safe.
/// </summary>
/// <param name="options">Clock, log and a directory for its disk.</param>
internal sealed class SpareMachines(QemuDriverOptions options) : IAsyncDisposable
{
    /// <summary>A spare that nobody took is ended after this.</summary>
    public static readonly TimeSpan Unused = TimeSpan.FromMinutes(15);

    // The new sandbox's first command comes first.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _making = Task.CompletedTask;
    private Spare? _spare;
    private int _starts;
    private bool _closed;

    /// <summary>Counts a start until the result is disposed; no spare is made meanwhile.</summary>
    public IDisposable BeginStart()
    {
        Interlocked.Increment(ref _starts);
        return new Start(this);
    }

    /// <summary>The spare of a kind of machine with the name and disk of the one to be started; null when there is none that works.</summary>
    public async Task<IMachine?> TakeAsync(string key, MachineSpec spec, CancellationToken cancellationToken)
    {
        Spare? spare;
        lock (_gate)
            (spare, _spare) = (_spare, null);
        if (spare is null)
            return null;
        await spare.Expiry.DisposeAsync().ConfigureAwait(false);
        try
        {
            if (spare.Key == key && !spare.Machine.Exited.IsCompleted)
            {
                await spare.Machine.ReplaceDiskAsync(spec.Id, spec.DiskPath, cancellationToken).ConfigureAwait(false);
                return spare.Machine;
            }
        }
        catch (Exception e) when (e is QemuException or IOException)
        {
            // An ordinary start follows; what is wrong with the disk will be said there.
            options.Log($"the spare machine was not used: {e.Message}");
        }
        catch
        {
            await spare.Machine.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await spare.Machine.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>Makes a spare in the background unless one is there or being made.</summary>
    public void Refill(string key, QemuStarter starter, WarmImage image, MachineSpec like)
    {
        lock (_gate)
        {
            if (_spare is null && _making.IsCompleted && !_closed)
                _making = Task.Run(() => MakeAsync(key, starter, image, like, _closing.Token));
        }
    }

    /// <summary>Ends the spare and makes no other.</summary>
    public async ValueTask DisposeAsync()
    {
        Task making;
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            making = _making;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await making.ConfigureAwait(false);
        await DropAsync(_spare).ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <summary>Completes when the spare that is being made is there, or has failed.</summary>
    public Task MadeAsync()
    {
        lock (_gate)
            return _making;
    }

    private async Task MakeAsync(string key, QemuStarter starter, WarmImage image, MachineSpec like, CancellationToken cancellationToken)
    {
        var disk = Path.Combine(image.Directory, $"spare-{Guid.NewGuid():N}");
        try
        {
            do
                await Task.Delay(Pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            while (Volatile.Read(ref _starts) > 0);
            image.CopyBlank(disk, cancellationToken);
            var machine = await starter.RestoreAsync(like with { Id = "spare" + Guid.NewGuid().ToString("N")[..8], DiskPath = disk }, image, cancellationToken).ConfigureAwait(false);
            try
            {
                await machine.RehearseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await machine.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            Keep(key, machine);
        }
        catch (Exception e) when (e is QemuException or IOException or UnauthorizedAccessException)
        {
            options.Log($"no spare machine: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The driver is being disposed.
        }
        finally
        {
            // The machine has it open; the name is of no use any more.
            File.Delete(disk);
        }
    }

    private void Keep(string key, QemuMachine machine)
    {
        lock (_gate)
        {
            var spare = new Spare(key, machine);
            spare.Expiry = options.TimeProvider.CreateTimer(_ => _ = DropAsync(spare), null, Unused, Timeout.InfiniteTimeSpan);
            _spare = spare;
        }
    }

    private async Task DropAsync(Spare? spare)
    {
        lock (_gate)
        {
            if (spare is null || _spare != spare)
                return;
            _spare = null;
        }

        await spare.Expiry.DisposeAsync().ConfigureAwait(false);
        await spare.Machine.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Spare(string key, QemuMachine machine)
    {
        public string Key => key;

        public QemuMachine Machine => machine;

        public ITimer Expiry { get; set; } = null!;
    }

    private sealed class Start(SpareMachines owner) : IDisposable
    {
        private SpareMachines? _owner = owner;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _owner, null) is { } counted)
                Interlocked.Decrement(ref counted._starts);
        }
    }
}
