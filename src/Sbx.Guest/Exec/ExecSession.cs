using System.Text.Json;
using Sbx.Guest.Boot;
using Sbx.Guest.Native;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Exec;

/// <summary>
/// Joins one process with its stream. Exit is sent when the process has ended and both outputs have; where something it
/// left behind holds an output open, after <see cref="Silence"/> without a byte.
/// </summary>
internal sealed class ExecSession(ChildProcess process, MultiplexedStream stream, ExecRequest request)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HangUpGrace = TimeSpan.FromSeconds(10);

    public async Task RunAsync()
    {
        using var writer = new ExecFrameWriter(stream);
        using var input = new InputQueue(process.Input, process.Terminal is not null);
        await writer.WriteAsync(ExecFrameType.Started, new ExecStarted(process.Pid), ProtocolJson.Default.ExecStarted).ConfigureAwait(false);
        List<OutputPump> pumps = [new(process.Output, ExecFrameType.Stdout, writer)];
        if (process.Error is not null)
            pumps.Add(new OutputPump(process.Error, ExecFrameType.Stderr, writer));
        var outputs = Task.WhenAll(pumps.Select(pump => pump.RunAsync()));
        var feeding = input.RunAsync();
        var requests = ServeRequestsAsync(input);

        var status = await process.Ended.ConfigureAwait(false);
        await WaitForOutputsAsync(outputs, pumps, writer).ConfigureAwait(false);
        process.Dispose();
        await outputs.ConfigureAwait(false);
        input.Discard();
        await feeding.ConfigureAwait(false);
        await writer.WriteAsync(ExecFrameType.Exit, ToExit(status), ProtocolJson.Default.ExecExit).ConfigureAwait(false);
        await FinishAsync().ConfigureAwait(false);
        await requests.ConfigureAwait(false);
    }

    private static ExecExit ToExit(int status)
    {
        var signal = status & 0x7f;
        return signal == 0 ? new ExecExit((status >> 8) & 0xff, null) : new ExecExit(128 + signal, signal);
    }

    private static async Task WaitForOutputsAsync(Task outputs, List<OutputPump> pumps, ExecFrameWriter writer)
    {
        var seen = -1L;
        while (!outputs.IsCompleted)
        {
            var bytes = pumps.Sum(pump => pump.Bytes);
            // A slow host is no silence of the process.
            if (bytes == seen && !writer.IsBusy)
                return;
            seen = bytes;
            await Task.WhenAny(outputs, Task.Delay(Silence)).ConfigureAwait(false);
        }
    }

    private async Task ServeRequestsAsync(InputQueue input)
    {
        var reader = new ExecFrameReader(stream);
        try
        {
            while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) is { } frame)
            {
                switch (frame.Type)
                {
                    case ExecFrameType.Stdin:
                        await input.AddAsync(frame.Payload).ConfigureAwait(false);
                        break;
                    case ExecFrameType.Signal when JsonSerializer.Deserialize(frame.Payload.Span, ProtocolJson.Default.ExecSignal) is { } signal:
                        ProcessSignals.SendToGroup(process, signal.Number);
                        break;
                    case ExecFrameType.Resize when JsonSerializer.Deserialize(frame.Payload.Span, ProtocolJson.Default.ExecResize) is { } size:
                        process.Terminal?.Resize(size.Columns, size.Rows);
                        break;
                }
            }

            await input.AddAsync(default).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException)
        {
            if (e is InvalidDataException or JsonException)
                await stream.ResetAsync("the exec stream holds bytes that are no frame").ConfigureAwait(false);
            input.Discard();
            if (!process.Ended.IsCompleted && !request.SurviveDisconnect)
                await HangUpAsync().ConfigureAwait(false);
        }
    }

    private async Task HangUpAsync()
    {
        ProcessSignals.SendToSession(process.Pid, Libc.SigHangup);
        ProcessSignals.SendToSession(process.Pid, Libc.SigContinue);
        try
        {
            await process.Ended.WaitAsync(HangUpGrace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            BootLog.Write($"process {process.Pid} outlived its hang-up and is killed");
        }

        ProcessSignals.SendToSession(process.Pid, Libc.SigKill);
    }

    private async Task FinishAsync()
    {
        try
        {
            await stream.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The host is gone; the process has ended all the same.
        }
    }
}
