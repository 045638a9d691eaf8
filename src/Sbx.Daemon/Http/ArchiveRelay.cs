using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sbx.Api.Errors;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Sandboxes;
using Sbx.Protocol.Messages;

namespace Sbx.Daemon.Http;

/// <summary>Carries tar streams between a client and the guest; nothing is unpacked here.</summary>
internal static class ArchiveRelay
{
    public static async Task GetAsync(HttpContext context, Sandbox sandbox)
    {
        var request = new ArchiveRequest(PathOf(context), FollowLink: context.Request.Query["follow"] == "true");
        using var session = sandbox.BeginSession();
        var machine = await sandbox.StartAsync(progress: null, context.RequestAborted).ConfigureAwait(false);
        var guest = await machine.Guest.OpenAsync(GuestServices.GetArchive, request, ProtocolJson.Default.ArchiveRequest, context.RequestAborted).ConfigureAwait(false);
        await using (guest.ConfigureAwait(false))
        {
            await GuestClient.ReadReplyAsync(guest, context.RequestAborted).ConfigureAwait(false);
            context.Response.ContentType = "application/x-tar";
            await guest.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    public static async Task PutAsync(HttpContext context, Sandbox sandbox)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        using var session = sandbox.BeginSession();
        var machine = await sandbox.StartAsync(progress: null, context.RequestAborted).ConfigureAwait(false);
        var guest = await machine.Guest.OpenAsync(
            GuestServices.PutArchive, new ArchiveRequest(PathOf(context)), ProtocolJson.Default.ArchiveRequest, context.RequestAborted).ConfigureAwait(false);
        await using (guest.ConfigureAwait(false))
        {
            await GuestClient.ReadReplyAsync(guest, context.RequestAborted).ConfigureAwait(false);
            await context.Request.Body.CopyToAsync(guest, context.RequestAborted).ConfigureAwait(false);
            await guest.FinishAsync(context.RequestAborted).ConfigureAwait(false);
            await GuestClient.ReadReplyAsync(guest, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static string PathOf(HttpContext context)
    {
        var path = context.Request.Query["path"].ToString();
        return path.StartsWith('/') ? path : throw new SbxException(ErrorCode.Usage, $"'{path}' is not an absolute path in the sandbox", "write it as SANDBOX:/absolute/path");
    }
}
