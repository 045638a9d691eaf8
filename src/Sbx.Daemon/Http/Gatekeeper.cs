using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Sbx.Api.Client;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Hosting;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Sandboxes;

namespace Sbx.Daemon.Http;

/// <summary>
/// Lets in only processes of the daemon's own user (and root), and settles versions: a client of another build gets an idle
/// daemon to step down, and a busy one serves it as long as both speak the same API.
/// </summary>
internal sealed class Gatekeeper(RequestDelegate next, SandboxService sandboxes, RunningBuild own, IHostApplicationLifetime lifetime)
{
    public async Task InvokeAsync(HttpContext context)
    {
        CheckPeer(context);
        var api = context.Request.Headers[DaemonHeaders.ApiVersion].ToString();
        var build = context.Request.Headers[DaemonHeaders.Build].ToString();
        var sameApi = api.Length == 0 || api == ApiVersions.Current.ToString(CultureInfo.InvariantCulture);
        var sameBuild = build.Length == 0 || build == own.Value;
        if (sameApi && sameBuild)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        if (!sandboxes.IsBusy)
        {
            context.Response.Headers[DaemonHeaders.Superseded] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.Connection = "close";
            lifetime.StopApplication();
            return;
        }

        if (!sameApi && !context.Request.Path.StartsWithSegments("/v1/daemon"))
        {
            throw new SbxException(
                ErrorCode.Daemon,
                $"the running daemon (sbx {SandboxService.Version}, API {ApiVersions.Current}) and this sbx (API {api}) do not understand each other, and sandboxes are running",
                "stop them with the other version, or: sbx daemon stop --force");
        }

        await next(context).ConfigureAwait(false);
    }

    private static void CheckPeer(HttpContext context)
    {
        if (PeerProcess.UserOf(context) is { } uid && uid != 0 && uid != FileFacts.Self.Uid)
            throw new SbxException(ErrorCode.Denied, $"this daemon serves another user than {uid}", "every user has a daemon of their own");
    }
}
