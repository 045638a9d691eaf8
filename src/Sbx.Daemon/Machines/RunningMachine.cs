using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Egress;
using Sbx.Daemon.Sandboxes;
using Sbx.Machines;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;
using Sbx.Workspaces;

namespace Sbx.Daemon.Machines;

/// <summary>A started machine with its file server, made into one sandbox. Disposing kills it.</summary>
internal sealed class RunningMachine : IAsyncDisposable
{
    private static readonly TimeSpan PersonalizeTimeout = TimeSpan.FromSeconds(60);

    private readonly IMachine _machine;
    private readonly WorkspaceServer? _files;
    private readonly OpenDoor _door;

    private RunningMachine(IMachine machine, WorkspaceServer? files, OpenDoor door, DateTimeOffset startedAt)
    {
        _machine = machine;
        _files = files;
        _door = door;
        StartedAt = startedAt;
        Guest = new GuestClient(machine.Channel);
    }

    public GuestClient Guest { get; }

    public DateTimeOffset StartedAt { get; }

    public int ProcessId => _machine.ProcessId;

    public MachineStartMode StartMode => _machine.StartMode;

    public Task<string> Exited => _machine.Exited;

    public Multiplexer Channel => _machine.Channel;

    /// <summary>
    /// Completes when the channel or the file server has ended, with the reason: the guest broke the protocol, or the machine
    /// is ending. A guest that goes on without them is of no use, and one that broke the protocol is not to be trusted.
    /// </summary>
    public async Task<string> BrokenAsync()
    {
        var channel = _machine.Channel.Completion;
        var files = _files?.Completion ?? Task.Delay(Timeout.Infinite, CancellationToken.None);
        if (await Task.WhenAny(channel, files).ConfigureAwait(false) == channel)
            return $"the control channel ended: {(await channel.ConfigureAwait(false))?.Message ?? "closed"}";
        return $"the file server ended: {files.Exception?.InnerException?.Message ?? "closed"}";
    }

    /// <summary>Whether the guest answers a small call in time.</summary>
    public async Task<bool> AnswersAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            await Guest.CallAsync(GuestServices.Usage, deadline.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or SbxException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Starts the file server on the machine's port, opens the way out, and tells the guest who it is.</summary>
    public static async Task<RunningMachine> PersonalizeAsync(
        IMachine machine, SandboxRecord record, EgressService egress, Action<string> notice, TimeProvider time, CancellationToken cancellationToken)
    {
        WorkspaceServer? files = null;
        OpenDoor? door = null;
        try
        {
            var user = UserFor(record);
            if (record.Workspaces.Count > 0)
                files = WorkspaceServer.Start(machine.Files, WorkspaceServing.Options(record.Workspaces, user));
            door = await egress.OpenAsync(record, machine.Channel, notice, cancellationToken).ConfigureAwait(false);
            var running = new RunningMachine(machine, files, door, time.GetUtcNow());
            var request = new PersonalizeRequest
            {
                Name = record.Name,
                Id = record.Id,
                MachineId = record.MachineId,
                UnixNanoseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100,
                TimeZone = TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : null,
                Entropy = RandomNumberGenerator.GetBytes(64),
                User = user,
                Workspaces = WorkspaceServing.Mounts(record.Workspaces),
                Environment = record.Environment,
                Egress = true,
                TrustedCa = door.TrustedCa,
            };
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(PersonalizeTimeout);
            await running.Guest.CallAsync(GuestServices.Personalize, request, ProtocolJson.Default.PersonalizeRequest, deadline.Token).ConfigureAwait(false);
            return running;
        }
        catch (Exception e)
        {
            if (door is not null)
                await door.DisposeAsync().ConfigureAwait(false);
            if (files is not null)
                await files.DisposeAsync().ConfigureAwait(false);
            await machine.DisposeAsync().ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested || e is SbxException)
                throw;
            var end = machine.Exited.IsCompletedSuccessfully ? $" ({machine.Exited.Result})" : string.Empty;
            throw new SbxException(ErrorCode.Machine, $"the machine of sandbox '{record.Name}' started but did not take its identity: {e.Message}{end}", "try again; 'sbx daemon logs' has more", e);
        }
    }

    /// <summary>Ends all processes, syncs and powers off; kills the machine when that takes too long.</summary>
    public async Task ShutdownAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(grace + TimeSpan.FromSeconds(10));
            await Guest.CallAsync(
                GuestServices.Shutdown, new ShutdownRequest((int)grace.TotalMilliseconds), ProtocolJson.Default.ShutdownRequest, deadline.Token).ConfigureAwait(false);
            await _machine.Exited.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SbxException or OperationCanceledException)
        {
            // It has ended already, or does not answer; either way the kill below settles it.
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync().ConfigureAwait(false);
        await _machine.DisposeAsync().ConfigureAwait(false);
        if (_files is not null)
            await _files.DisposeAsync().ConfigureAwait(false);
    }

    // The ordinary user has the ids of the workspace's owner; root's files are shown as an ordinary user's all the same.
    private static GuestUser UserFor(SandboxRecord record)
    {
        var owner = record.Workspaces.Count > 0 ? FileFacts.Of(record.Workspaces[0].Path) ?? FileFacts.Self : FileFacts.Self;
        return new GuestUser("agent", owner.Uid == 0 ? 1000 : owner.Uid, owner.Gid == 0 ? 1000 : owner.Gid, "/home/agent");
    }
}
