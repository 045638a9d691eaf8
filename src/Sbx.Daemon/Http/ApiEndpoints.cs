using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Agents;
using Sbx.Daemon.Hosting;
using Sbx.Daemon.Sandboxes;
using Sbx.Protocol.Messages;

namespace Sbx.Daemon.Http;

/// <summary>The addresses of the API. Each line says what it calls; the work is elsewhere.</summary>
internal static class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var sandboxes = services.GetRequiredService<SandboxService>();
        var housekeeping = services.GetRequiredService<Housekeeping>();

        app.MapGet("/v1/daemon", c => Json(c, services.GetRequiredService<DaemonSelf>().Status(), ApiJson.Default.DaemonStatus));
        app.MapPost("/v1/daemon/stop", async c =>
        {
            var request = await BodyAsync(c, ApiJson.Default.StopDaemonRequest).ConfigureAwait(false);
            services.GetRequiredService<DaemonSelf>().Stop(request.Force);
        });
        app.MapGet("/v1/agents", c => Json(c, services.GetRequiredService<AgentCatalog>().List(), ApiJson.Default.IReadOnlyListAgentInfo));
        app.MapGet("/v1/df", c => Json(c, housekeeping.Usage(), ApiJson.Default.DiskUsage));
        app.MapGet("/v1/doctor", async c =>
            await Json(c, await services.GetRequiredService<Diagnostics>().RunAsync(c.RequestAborted).ConfigureAwait(false), ApiJson.Default.DiagnosticReport).ConfigureAwait(false));
        app.MapPost("/v1/reset", c => OperationAnswer.WriteAsync(c, async (progress, _) =>
        {
            await housekeeping.ResetAsync(progress).ConfigureAwait(false);
            return null;
        }));
        app.MapPost("/v1/prune", async c =>
        {
            var request = await BodyAsync(c, ApiJson.Default.PruneRequest).ConfigureAwait(false);
            await Json(c, await sandboxes.PruneAsync(request, c.RequestAborted).ConfigureAwait(false), ApiJson.Default.PruneResult).ConfigureAwait(false);
        });

        app.MapGet("/v1/sandboxes", c => Json(c, new SandboxList([.. sandboxes.All.Select(s => s.ToInfo())]), ApiJson.Default.SandboxList));
        app.MapPost("/v1/sandboxes", async c =>
        {
            var request = await BodyAsync(c, ApiJson.Default.CreateSandboxRequest).ConfigureAwait(false);
            await OperationAnswer.WriteAsync(c, async (progress, cancel) =>
                (await sandboxes.CreateAsync(request, progress, cancel).ConfigureAwait(false)).ToInfo()).ConfigureAwait(false);
        });
        app.MapGet("/v1/sandboxes/{name}", c => Json(c, sandboxes.Get(NameOf(c)).ToInfo(), ApiJson.Default.SandboxInfo));
        app.MapDelete("/v1/sandboxes/{name}", c => sandboxes.RemoveAsync(NameOf(c), c.Request.Query["force"] == "true", CancellationToken.None));
        app.MapPost("/v1/sandboxes/{name}/start", c => Change(c, sandboxes, async (s, progress, cancel) => await s.StartAsync(progress, cancel).ConfigureAwait(false)));
        // Not cancelled with its client: half a stop helps nobody.
        app.MapPost("/v1/sandboxes/{name}/stop", c => Change(c, sandboxes, (s, _, _) => s.StopAsync(CancellationToken.None)));
        app.MapGet("/v1/sandboxes/{name}/exec", c => services.GetRequiredService<ExecRelay>().HandleAsync(c, NameOf(c)));
        app.MapPost("/v1/sandboxes/{name}/detached", async c =>
        {
            var request = await BodyAsync(c, ProtocolJson.Default.ExecRequest).ConfigureAwait(false);
            await services.GetRequiredService<DetachedRun>().StartAsync(sandboxes.Get(NameOf(c)), request, c.RequestAborted).ConfigureAwait(false);
        });
        app.MapGet("/v1/sandboxes/{name}/archive", c => ArchiveRelay.GetAsync(c, sandboxes.Get(NameOf(c))));
        app.MapPut("/v1/sandboxes/{name}/archive", c => ArchiveRelay.PutAsync(c, sandboxes.Get(NameOf(c))));
    }

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private static Task Change(HttpContext context, SandboxService sandboxes, Func<Sandbox, IProgress<OperationEvent>, CancellationToken, Task> change)
    {
        var sandbox = sandboxes.Get(NameOf(context));
        return OperationAnswer.WriteAsync(context, async (progress, cancel) =>
        {
            await change(sandbox, progress, cancel).ConfigureAwait(false);
            return sandbox.ToInfo();
        });
    }

    private static async Task<T> BodyAsync<T>(HttpContext context, JsonTypeInfo<T> type) =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
        ?? throw new SbxException(ErrorCode.Usage, "the request has no body");

    private static Task Json<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type)).AsTask();
    }
}
