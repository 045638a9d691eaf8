using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Sbx.Api.Client;
using Sbx.Api.Errors;
using Sbx.Protocol.Messages;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Sessions;

/// <summary>
/// Runs a command in a sandbox with this process's standard streams, until it ends. Bytes go through unchanged, save for
/// <see cref="TerminalFilter"/> where the guest draws on the user's terminal. Writing blocks, so that a slow reader slows
/// the command down.
/// </summary>
internal sealed class AttachedSession(CliContext context, bool json)
{
    /// <summary>Runs the command.</summary>
    /// <returns>The command's exit code, or 126 or 127 when it could not be started.</returns>
    /// <exception cref="SbxException">The sandbox could not be used, or the connection was lost.</exception>
    public async Task<int> RunAsync(string sandbox, ExecRequest request, CancellationToken cancellationToken)
    {
        await using var session = await context.Client.ExecAsync(sandbox, request, cancellationToken).ConfigureAwait(false);
        if (await FirstFrameAsync(session, cancellationToken).ConfigureAwait(false) is { } failure)
            return Refused(failure, request, sandbox);

        var interactive = request is { Terminal: true, Stdin: true } && context.Terminal.IsInputTerminal;
        using var ended = new CancellationTokenSource();
        using var relay = new SignalRelay(context, session, interactive, request.Terminal);
        using var signals = context.Signals.Handle(relay.OnSignal);
        using var raw = interactive ? context.Terminal.EnterRawMode() : null;
        var filter = request.Terminal && context.Terminal.IsOutputTerminal ? new TerminalFilter() : null;
        try
        {
            if (request.Stdin)
                _ = Task.Run(() => PumpInputAsync(session, ended.Token), CancellationToken.None);
            if (request.Terminal)
                relay.Resize();
            return await PumpOutputAsync(session, filter, relay.HangUp).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (relay.HungUpBy is { } signal)
        {
            return ExitCodes.Signalled(signal);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            ResetTerminal(filter);
        }
    }

    private void ResetTerminal(TerminalFilter? filter)
    {
        try
        {
            if (filter is not null)
                context.Write(filter.Modes.Reset());
        }
        catch (IOException)
        {
            // The terminal has gone.
        }
    }

    private static async Task<GuestError?> FirstFrameAsync(ExecSession session, CancellationToken cancellationToken)
    {
        try
        {
            var frame = await session.ReadAsync(cancellationToken).ConfigureAwait(false);
            return frame switch
            {
                { Type: ExecFrameType.Started } => null,
                { Type: ExecFrameType.Error } e => ExecReading.Error(e.Payload.Span),
                _ => throw Lost(null),
            };
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException)
        {
            throw Lost(e);
        }
    }

    private async Task<int> PumpOutputAsync(ExecSession session, TerminalFilter? filter, CancellationToken hangUp)
    {
        var filtered = new ArrayBufferWriter<byte>();
        try
        {
            while (await session.ReadAsync(hangUp).ConfigureAwait(false) is { } frame)
            {
                switch (frame.Type)
                {
                    case ExecFrameType.Stdout when filter is not null:
                        filtered.ResetWrittenCount();
                        filter.Filter(frame.Payload.Span, filtered);
                        await context.Output.WriteAsync(filtered.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
                        break;
                    case ExecFrameType.Stdout:
                        await context.Output.WriteAsync(frame.Payload, CancellationToken.None).ConfigureAwait(false);
                        break;
                    case ExecFrameType.Stderr:
                        await context.Error.WriteAsync(frame.Payload, CancellationToken.None).ConfigureAwait(false);
                        break;
                    case ExecFrameType.Exit:
                        return ExecReading.Exit(frame.Payload.Span).Code;
                }
            }

            throw Lost(null);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or EndOfStreamException || e is IOException and not OutputClosedException)
        {
            throw Lost(e);
        }
    }

    private async Task PumpInputAsync(ExecSession session, CancellationToken ended)
    {
        var buffer = new byte[ExecFrame.MaxPayload];
        try
        {
            int read;
            while ((read = await ReadInputAsync(buffer, ended).ConfigureAwait(false)) > 0)
                await session.WriteStdinAsync(buffer.AsMemory(0, read), ended).ConfigureAwait(false);
            await session.CloseStdinAsync(ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The command has ended or the connection is gone; the output side tells which.
        }
    }

    private async ValueTask<int> ReadInputAsync(byte[] buffer, CancellationToken ended)
    {
        try
        {
            return await context.Input.ReadAsync(buffer, ended).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A terminal that was hung up fails to read; for the command that is the end of its input.
            return 0;
        }
    }

    private int Refused(GuestError failure, ExecRequest request, string sandbox)
    {
        var (code, exit, hint) = failure.Code switch
        {
            GuestErrorCodes.NotFound => (ErrorCode.NotFound, ExitCodes.NotFound, request.WorkingDirectory is null
                ? $"see what is there: sbx exec {sandbox} -- ls /usr/bin"
                : $"check the command, and that {request.WorkingDirectory} exists in the sandbox"),
            GuestErrorCodes.NotPermitted => (ErrorCode.Denied, ExitCodes.NotExecutable, null),
            GuestErrorCodes.NoUser => (ErrorCode.NotFound, ExitCodes.Ours, "leave -u out for the ordinary user, or use -u root"),
            _ => (ErrorCode.Failed, ExitCodes.Ours, (string?)null),
        };
        ErrorOutput.Write(context, new SbxException(code, failure.Message, hint), exit, json, details: null);
        return exit;
    }

    private static SbxException Lost(Exception? inner) => new(
        ErrorCode.Daemon, "the connection to the command was lost before it ended", "see 'sbx ls' and 'sbx daemon logs'", inner);
}
