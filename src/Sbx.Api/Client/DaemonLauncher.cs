using System.Diagnostics;
using System.Net.Sockets;
using Sbx.Api.Errors;
using Sbx.Api.Http;

namespace Sbx.Api.Client;

/// <summary>Connects to the daemon's socket and starts the daemon when nobody listens there.</summary>
internal sealed class DaemonLauncher(SbxClientOptions options)
{
    /// <exception cref="SbxException">No daemon runs and none could be started.</exception>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var stream = await TryConnectAsync(cancellationToken).ConfigureAwait(false);
        if (stream is not null)
            return stream;
        if (options.DaemonCommand is null)
            throw new SbxException(ErrorCode.Daemon, "the sbx daemon is not running", "any sbx command starts it, for example: sbx ls");
        return await StartAndConnectAsync(options.DaemonCommand, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Stream?> TryConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var address = new UnixDomainSocketEndPoint(options.Paths.Socket);
            if (options.Blocking)
            {
                cancellationToken.ThrowIfCancellationRequested();
                socket.Connect(address);
                return new BlockingSocketStream(socket);
            }

            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            // Nobody listens, or no socket file yet; anything else is worth telling.
            if (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable || !File.Exists(options.Paths.Socket))
                return null;
            throw new SbxException(
                ErrorCode.Daemon, $"the daemon's socket {options.Paths.Socket} cannot be used: {e.Message}", "check its owner and permissions", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> StartAndConnectAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        options.OnStarting?.Invoke("Starting the sbx daemon...");
        using var process = Start(command);
        var deadline = Stopwatch.GetTimestamp() + (long)(options.StartTimeout.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < deadline)
        {
            if (await TryConnectAsync(cancellationToken).ConfigureAwait(false) is { } stream)
                return stream;
            // A daemon that lost the race for the lock ends at once with 0, and the winner answers soon.
            if (process.HasExited && process.ExitCode != 0)
                throw new SbxException(ErrorCode.Daemon, $"the sbx daemon ended with code {process.ExitCode} while starting", $"see {options.Paths.DaemonLog}");
            await Task.Delay(15, cancellationToken).ConfigureAwait(false);
        }

        throw new SbxException(
            ErrorCode.Daemon, $"the sbx daemon did not answer within {options.StartTimeout.TotalSeconds:0} s", $"see {options.Paths.DaemonLog}");
    }

    private static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new SbxException(ErrorCode.Daemon, $"the sbx daemon could not be started: {e.Message}", "reinstall the tool", e);
        }
    }
}
