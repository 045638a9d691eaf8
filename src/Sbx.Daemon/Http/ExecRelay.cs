using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sbx.Api.Client;
using Sbx.Api.Errors;
using Sbx.Daemon.Sandboxes;
using Sbx.Daemon.Secrets;
using Sbx.Protocol.Messages;

namespace Sbx.Daemon.Http;

/// <summary>
/// Joins a client's exec stream to the guest's: the request is read here, then the same frames travel through both ways
/// without being looked at.
/// </summary>
internal sealed class ExecRelay(SandboxService sandboxes, SandboxCredentials credentials)
{
    public async Task HandleAsync(HttpContext context, string name)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || context.Request.Headers.Upgrade != DaemonHeaders.ExecProtocol)
            throw new SbxException(ErrorCode.Usage, $"this address wants 'Upgrade: {DaemonHeaders.ExecProtocol}'", null);
        var sandbox = sandboxes.Get(name);
        // Before the upgrade, so that a machine that does not start is an ordinary error answer.
        await sandbox.StartAsync(progress: null, context.RequestAborted).ConfigureAwait(false);
        var client = await upgrade.UpgradeAsync().ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            var request = await JsonFraming.ReadAsync(client, ProtocolJson.Default.ExecRequest, context.RequestAborted).ConfigureAwait(false);
            using var session = sandbox.BeginSession();
            try
            {
                await RelayAsync(sandbox, request, client, context.RequestAborted).ConfigureAwait(false);
            }
            catch (SbxException e)
            {
                await TellAsync(client, e.Message).ConfigureAwait(false);
            }
            catch (IOException e) when (sandbox.Running is null)
            {
                await TellAsync(client, $"sandbox '{name}' stopped while the command ran: {e.Message}").ConfigureAwait(false);
            }
        }
    }

    private async Task RelayAsync(Sandbox sandbox, ExecRequest request, Stream client, CancellationToken cancellationToken)
    {
        var machine = await sandbox.StartAsync(progress: null, cancellationToken).ConfigureAwait(false);
        var guest = await machine.Guest.OpenAsync(GuestServices.Exec, credentials.Complete(request, sandbox.Record), ProtocolJson.Default.ExecRequest, cancellationToken).ConfigureAwait(false);
        await using (guest.ConfigureAwait(false))
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var toGuest = CopyAsync(client, guest, ended.Token);
            var toClient = CopyAsync(guest, client, ended.Token);
            // The guest ends the stream after the exit frame; the client ends it by going away.
            var first = await Task.WhenAny(toClient, toGuest).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            try
            {
                await first.ConfigureAwait(false);
            }
            catch (Exception e) when (first == toGuest && e is IOException or OperationCanceledException)
            {
                // The client is gone; disposing the guest's stream hangs the process up.
            }

            await Task.WhenAny(Task.WhenAll(toGuest, toClient)).ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(Stream source, Stream target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                await target.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task TellAsync(Stream client, string message)
    {
        try
        {
            var error = JsonSerializer.SerializeToUtf8Bytes(new GuestError(GuestErrorCodes.Failed, message), ProtocolJson.Default.GuestError);
            await ExecFrame.WriteAsync(client, ExecFrameType.Error, error, CancellationToken.None).ConfigureAwait(false);
            await client.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The client is gone as well.
        }
    }
}
