using Microsoft.Extensions.Logging;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Policies;

namespace Sbx.Daemon.Sandboxes;

/// <summary>
/// One sandbox: its record and, while it runs, its machine. Starts and stops go one after the other; reading never waits
/// for them. Thread-safe.
/// </summary>
internal sealed partial class Sandbox(SandboxRecord record, SandboxStore store, MachineStarter starter, SandboxPolicies policies, TimeProvider time, ILogger<Sandbox> logger)
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile SandboxRecord _record = record;
    private volatile RunningMachine? _running;
    private SandboxStatus _status = SandboxStatus.Stopped;
    private volatile bool _silent;
    private int _sessions;
    private bool _removed;

    public SandboxRecord Record => _record;

    public int Sessions => Volatile.Read(ref _sessions);

    public RunningMachine? Running => _running;

    public bool IsBusy => _running is not null || Sessions > 0 || _changing.CurrentCount == 0;

    public SandboxInfo ToInfo()
    {
        var (record, running) = (_record, _running);
        return new SandboxInfo
        {
            Name = record.Name,
            Id = record.Id,
            Agent = record.Agent,
            Status = _status == SandboxStatus.Running && _silent ? SandboxStatus.Unresponsive : _status,
            Template = record.Template,
            TemplateDigest = record.TemplateDigest,
            Workspaces = record.Workspaces,
            Limits = record.Limits,
            CreatedAt = record.CreatedAt,
            LastUsedAt = record.LastUsedAt,
            StoppedAt = running is null ? record.StoppedAt : null,
            StartedAt = running?.StartedAt,
            StartMode = running?.StartMode.ToString().ToLowerInvariant(),
            Sessions = Sessions,
            CreatedWith = record.CreatedWith,
            EnvironmentNames = [.. record.Environment.Keys.Order(StringComparer.Ordinal)],
            GrantedServices = record.GrantedServices,
            PolicyPreset = policies.PresetOf(record.Name),
        };
    }

    /// <summary>Starts the machine unless it runs.</summary>
    public async Task<RunningMachine> StartAsync(IProgress<OperationEvent>? progress, CancellationToken cancellationToken)
    {
        if (_running is { } already)
            return already;
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_running is { } meanwhile)
                return meanwhile;
            ThrowIfRemoved();
            _status = SandboxStatus.Starting;
            var machine = await starter.StartAsync(_record, store.DiskOf(_record.Id), progress, cancellationToken).ConfigureAwait(false);
            _running = machine;
            _status = SandboxStatus.Running;
            _silent = false;
            _ = WatchAsync(machine);
            _ = WatchHealthAsync(machine);
            _ = EndBrokenAsync(machine);
            Touch();
            LogStarted(_record.Name, machine.StartMode.ToString(), machine.ProcessId);
            return machine;
        }
        finally
        {
            if (_running is null)
                _status = SandboxStatus.Stopped;
            _changing.Release();
        }
    }

    /// <summary>Stops the machine in an orderly way if it runs.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StopRunningAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Kills the machine and deletes the disk; nothing can be done with this sandbox afterwards.</summary>
    /// <exception cref="SbxException">Sessions are attached and <paramref name="force"/> is false.</exception>
    public async Task RemoveAsync(bool force, CancellationToken cancellationToken)
    {
        if (!force && Sessions > 0)
            throw new SbxException(ErrorCode.Conflict, $"sandbox '{_record.Name}' has {Sessions} attached session(s)", $"end them, or: sbx rm --force {_record.Name}");
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfRemoved();
            if (_running is { } machine)
            {
                _running = null;
                await machine.DisposeAsync().ConfigureAwait(false);
            }

            _status = SandboxStatus.Stopped;
            store.Remove(_record.Id);
            _removed = true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Counts a session until the result is disposed.</summary>
    public IDisposable BeginSession()
    {
        Interlocked.Increment(ref _sessions);
        return new Session(this);
    }

    private async Task StopRunningAsync(CancellationToken cancellationToken)
    {
        if (_running is not { } machine)
            return;
        _status = SandboxStatus.Stopping;
        await machine.ShutdownAsync(StopGrace, cancellationToken).ConfigureAwait(false);
        MarkStopped(machine);
    }

    // A machine may also end by itself: powered off from inside, crashed, killed.
    private async Task WatchAsync(RunningMachine machine)
    {
        var how = await machine.Exited.ConfigureAwait(false);
        LogEnded(_record.Name, how);
        if (_status != SandboxStatus.Stopping)
        {
            await machine.DisposeAsync().ConfigureAwait(false);
            MarkStopped(machine);
        }
    }

    // A machine that was paused (its disk file could not grow) or hangs is shown as such, not as running.
    private async Task WatchHealthAsync(RunningMachine machine)
    {
        using var timer = new PeriodicTimer(HealthInterval, time);
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false) && ReferenceEquals(_running, machine))
            _silent = !await machine.AnswersAsync(HealthPatience, CancellationToken.None).ConfigureAwait(false);
    }

    // An orderly end closes the channel as well, so the process gets a moment to go by itself.
    private async Task EndBrokenAsync(RunningMachine machine)
    {
        var reason = await machine.BrokenAsync().ConfigureAwait(false);
        if (await Task.WhenAny(machine.Exited, Task.Delay(EndPatience, time)).ConfigureAwait(false) == machine.Exited)
            return;
        LogBroken(_record.Name, reason);
        await machine.DisposeAsync().ConfigureAwait(false);
    }

    private void MarkStopped(RunningMachine machine)
    {
        if (!ReferenceEquals(Interlocked.CompareExchange(ref _running, null, machine), machine))
            return;
        _status = SandboxStatus.Stopped;
        Update(r => r with { StoppedAt = time.GetUtcNow() });
    }

    private void Touch() => Update(r => r with { LastUsedAt = time.GetUtcNow(), StoppedAt = null });

    // A record that cannot be written now (disk full) must not take the running sandbox down with it.
    private void Update(Func<SandboxRecord, SandboxRecord> change)
    {
        _record = change(_record);
        try
        {
            store.Save(_record);
        }
        catch (Exception e) when (e is SbxException or IOException or UnauthorizedAccessException)
        {
            LogNotSaved(_record.Name, e.Message);
        }
    }

    private void ThrowIfRemoved()
    {
        if (_removed)
            throw new SbxException(ErrorCode.NotFound, $"sandbox '{_record.Name}' not found", "sbx ls shows the sandboxes there are");
    }

    private void EndSession()
    {
        Interlocked.Decrement(ref _sessions);
        if (!_removed)
            Update(r => r with { LastUsedAt = time.GetUtcNow() });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "sandbox {Name} started ({Mode}, process {ProcessId})")]
    private partial void LogStarted(string name, string mode, int processId);

    [LoggerMessage(Level = LogLevel.Information, Message = "the machine of sandbox {Name} ended: {How}")]
    private partial void LogEnded(string name, string how);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the machine of sandbox {Name} is ended: {Reason}")]
    private partial void LogBroken(string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the record of sandbox {Name} could not be written: {Reason}")]
    private partial void LogNotSaved(string name, string reason);

    private sealed class Session(Sandbox owner) : IDisposable
    {
        private Sandbox? _owner = owner;

        public void Dispose() => Interlocked.Exchange(ref _owner, null)?.EndSession();
    }
}
