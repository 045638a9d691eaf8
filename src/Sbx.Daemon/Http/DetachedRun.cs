using Microsoft.Extensions.Logging;
using Sbx.Api.Errors;
using Sbx.Daemon.Sandboxes;
using Sbx.Daemon.Secrets;
using Sbx.Protocol.Messages;

namespace Sbx.Daemon.Http;

/// <summary>Runs a command without a session; its output goes to a bounded file beside the sandbox's disk.</summary>
internal sealed partial class DetachedRun(SandboxStore store, SandboxCredentials credentials, ILogger<DetachedRun> logger)
{
    private const long MaxOutput = 4 * 1024 * 1024;

    /// <summary>Returns when the command has started.</summary>
    /// <exception cref="SbxException">It could not be started.</exception>
    public async Task StartAsync(Sandbox sandbox, ExecRequest request, CancellationToken cancellationToken)
    {
        var machine = await sandbox.StartAsync(progress: null, cancellationToken).ConfigureAwait(false);
        var detached = credentials.Complete(request, sandbox.Record) with { Stdin = false, Terminal = false, SurviveDisconnect = true };
        var guest = await machine.Guest.OpenAsync(GuestServices.Exec, detached, ProtocolJson.Default.ExecRequest, cancellationToken).ConfigureAwait(false);
        try
        {
            var reader = new ExecFrameReader(guest);
            var first = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (first is not { Type: ExecFrameType.Started })
                throw Failure(first);
            _ = DrainAsync(sandbox.Record.Name, guest, reader, store.DetachedLogOf(sandbox.Record.Id));
        }
        catch
        {
            await guest.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static SbxException Failure(ExecFrame? frame)
    {
        var error = frame is { Type: ExecFrameType.Error } f
            ? System.Text.Json.JsonSerializer.Deserialize(f.Payload.Span, ProtocolJson.Default.GuestError)
            : null;
        return new SbxException(ErrorCode.Failed, error?.Message ?? "the command did not start");
    }

    private async Task DrainAsync(string name, Stream guest, ExecFrameReader reader, string path)
    {
        try
        {
            await using var owned = guest.ConfigureAwait(false);
            var output = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
            await using (output.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) is { } frame)
                {
                    if (frame.Type is ExecFrameType.Stdout or ExecFrameType.Stderr && output.Length < MaxOutput)
                        await output.WriteAsync(frame.Payload).ConfigureAwait(false);
                }
            }
        }
        catch (IOException e)
        {
            LogEnded(name, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the output of the detached command in {Name} ended: {Reason}")]
    private partial void LogEnded(string name, string reason);
}
