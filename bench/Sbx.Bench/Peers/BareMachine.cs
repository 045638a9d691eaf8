using System.Diagnostics;
using System.Net.Sockets;
using Sbx.Bench.Processes;
using Sbx.Protocol.Channel;

namespace Sbx.Bench.Peers;

/// <summary>
/// QEMU alone: started, restored or booted by the shortest way, up to the guest's first answer on its control port. The floor
/// for everything that sbx does around it. Disposing kills it.
/// </summary>
internal sealed class BareMachine : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Socket _files;

    private BareMachine(Process process, Multiplexer channel, Socket files, double milliseconds)
    {
        _process = process;
        _files = files;
        Channel = channel;
        Milliseconds = milliseconds;
    }

    /// <summary>The channel to the guest.</summary>
    public Multiplexer Channel { get; }

    /// <summary>From the start of the process to the first answer.</summary>
    public double Milliseconds { get; }

    /// <summary>Id of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Restores a warm image.</summary>
    public static Task<BareMachine> RestoreAsync(BareMachineFiles files, CancellationToken cancellationToken)
    {
        var memory = $"memory-backend-file,id=ram,size={files.Arguments.Memory},mem-path={Path.Combine(files.Arguments.WarmImage, "ram")},share=off,reserve=off,dump=off,merge=off";
        // The shell opens the state as descriptor 9; QEMU 7.2 has no other way to load a file without a helper process.
        return StartAsync(
            files,
            ["sh", "-c", "state=$1; shift; exec \"$@\" 9<\"$state\"", "sh", Path.Combine(files.Arguments.WarmImage, "state"), .. files.Command(memory, [])],
            qmp => qmp.RestoreAsync(9, cancellationToken),
            cancellationToken);
    }

    /// <summary>Boots.</summary>
    public static Task<BareMachine> BootAsync(BareMachineFiles files, string memory, IReadOnlyList<string> devices, CancellationToken cancellationToken) => StartAsync(
        files,
        files.Command(memory, ["-kernel", files.Kernel, "-initrd", files.Initramfs, "-append", files.Arguments.KernelCommandLine, .. devices]),
        static _ => Task.CompletedTask,
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await Channel.DisposeAsync().ConfigureAwait(false);
        _files.Dispose();
        _process.Dispose();
    }

    private static async Task<BareMachine> StartAsync(BareMachineFiles files, IReadOnlyList<string> command, Func<Qmp, Task> run, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var qmpListener = files.Listen("qmp");
        using var controlListener = files.Listen("control");
        using var filesListener = files.Listen("files");
        var started = Stopwatch.GetTimestamp();
        var process = Command.Start(command);
        var ended = EndAsync(process, limit.Token);
        try
        {
            using var qmpSocket = await AcceptAsync(qmpListener, ended, limit.Token).ConfigureAwait(false);
            var control = await AcceptAsync(controlListener, ended, limit.Token).ConfigureAwait(false);
            var filesSocket = await AcceptAsync(filesListener, ended, limit.Token).ConfigureAwait(false);
            using var qmp = new Qmp(qmpSocket);
            await qmp.BeginAsync(limit.Token).ConfigureAwait(false);
            await run(qmp).ConfigureAwait(false);
            var channel = Multiplexer.Start(new NetworkStream(control, ownsSocket: true), new MultiplexerOptions { IsHost = true });
            await channel.WaitForPeerAsync(limit.Token).ConfigureAwait(false);
            return new BareMachine(process, channel, filesSocket, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch
        {
            if (!process.HasExited)
                process.Kill();
            throw;
        }
    }

    private static async Task<string> EndAsync(Process process, CancellationToken cancellationToken)
    {
        var text = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        return text.Trim();
    }

    private static async Task<Socket> AcceptAsync(Socket listener, Task<string> ended, CancellationToken cancellationToken)
    {
        var accepted = listener.AcceptAsync(cancellationToken).AsTask();
        if (await Task.WhenAny(accepted, ended).ConfigureAwait(false) == ended)
            throw new InvalidOperationException($"QEMU ended: {await ended.ConfigureAwait(false)}");
        return await accepted.ConfigureAwait(false);
    }
}
