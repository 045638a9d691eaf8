using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;

namespace Sbx.Daemon.Http;

/// <summary>Answers a long operation with one JSON event per line: progress as it happens, then the result or the failure.</summary>
internal static class OperationAnswer
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    public static async Task WriteAsync(HttpContext context, Func<IProgress<OperationEvent>, CancellationToken, Task<SandboxInfo?>> operation)
    {
        context.Response.ContentType = "application/x-ndjson";
        var events = Channel.CreateUnbounded<OperationEvent>();
        var running = RunAsync(operation, events.Writer, context.RequestAborted);
        await foreach (var step in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(step, ApiJson.Default.OperationEvent)).ConfigureAwait(false);
            await context.Response.Body.WriteAsync(NewLine).ConfigureAwait(false);
            await context.Response.Body.FlushAsync().ConfigureAwait(false);
        }

        await running.ConfigureAwait(false);
    }

    private static async Task RunAsync(
        Func<IProgress<OperationEvent>, CancellationToken, Task<SandboxInfo?>> operation, ChannelWriter<OperationEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            var sandbox = await operation(new Writer(events), cancellationToken).ConfigureAwait(false);
            events.TryWrite(sandbox is null ? new OperationEvent { Done = true } : new OperationEvent { Sandbox = sandbox });
        }
        catch (Exception e)
        {
            events.TryWrite(new OperationEvent { Error = ErrorAnswer.Translate(e).ToInfo() });
        }
        finally
        {
            events.Complete();
        }
    }

    private sealed class Writer(ChannelWriter<OperationEvent> events) : IProgress<OperationEvent>
    {
        public void Report(OperationEvent value) => events.TryWrite(value);
    }
}
