using System.Net.Sockets;
using Sbx.Protocol.Channel;

namespace Sbx.Machines.Qemu;

/// <summary>A started QEMU whose guest has answered.</summary>
internal sealed class QemuMachine : IMachine
{
    private readonly QemuProcess _process;

    private QemuMachine(QemuProcess process, Multiplexer channel, MachineStartMode mode)
    {
        _process = process;
        Channel = channel;
        StartMode = mode;
    }

    /// <inheritdoc/>
    public int ProcessId => _process.Id;

    /// <inheritdoc/>
    public MachineStartMode StartMode { get; }

    /// <inheritdoc/>
    public Multiplexer Channel { get; }

    /// <inheritdoc/>
    public Socket Files => _process.Files;

    /// <inheritdoc/>
    public Task<string> Exited => _process.Exited;

    /// <summary>Waits for the guest's first answer.</summary>
    /// <param name="process">A QEMU whose guest runs; owned, also on failure.</param>
    /// <param name="mode">How it was started.</param>
    /// <param name="deadline">Longest wait.</param>
    /// <param name="time">Clock of the deadline.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="QemuException">The guest ended, spoke another protocol, or did not answer in time.</exception>
    public static async Task<QemuMachine> MeetAsync(QemuProcess process, MachineStartMode mode, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        var channel = Multiplexer.Start(new NetworkStream(process.Control, ownsSocket: true), new MultiplexerOptions { IsHost = true });
        try
        {
            var met = channel.WaitForPeerAsync(cancellationToken);
            var first = await Task.WhenAny(met, process.Exited).WaitAsync(deadline, time, cancellationToken).ConfigureAwait(false);
            if (first != met)
                throw new QemuException($"the machine {await process.Exited.ConfigureAwait(false)} before its guest answered");
            await met.ConfigureAwait(false);
            return new QemuMachine(process, channel, mode);
        }
        catch (Exception e)
        {
            var failure = await ExplainAsync(e, process, deadline, cancellationToken).ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
            await process.DisposeAsync().ConfigureAwait(false);
            if (failure == e)
                throw;
            throw failure;
        }
    }

    /// <summary>Has the guest take an identity for trial; see <see cref="GuestRehearsal"/>. Only before it has a real one.</summary>
    public Task RehearseAsync(CancellationToken cancellationToken) => GuestRehearsal.RunAsync(Channel, cancellationToken);

    /// <summary>Gives the machine the name and the disk, of the same size, of a sandbox, before its guest has an identity.</summary>
    /// <exception cref="QemuException">QEMU refused it.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public async Task ReplaceDiskAsync(string id, string path, CancellationToken cancellationToken)
    {
        using var disk = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        await _process.ReplaceDiskAsync(disk, cancellationToken).ConfigureAwait(false);
        _process.Rename(id);
    }

    /// <inheritdoc/>
    public Task KillAsync() => _process.KillAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        await Channel.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<Exception> ExplainAsync(Exception error, QemuProcess process, TimeSpan deadline, CancellationToken cancellationToken) => error switch
    {
        _ when cancellationToken.IsCancellationRequested => error,
        TimeoutException => new QemuException($"the guest did not answer within {deadline.TotalSeconds:0} s: {await process.LastWordsAsync().ConfigureAwait(false)}", error),
        ChannelClosedException => new QemuException($"{error.Message}: {await process.LastWordsAsync().ConfigureAwait(false)}", error),
        _ => error,
    };
}
