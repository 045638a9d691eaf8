using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sbx.Api.Contracts;
using Sbx.Daemon.Agents;
using Sbx.Daemon.Hosting;
using Sbx.Daemon.Sandboxes;
using Sbx.Daemon.Secrets;
using Sbx.Policies;
using Sbx.Protocol.Messages;
using Sbx.Secrets;

namespace Sbx.Daemon.Http;

/// <summary>The addresses of the API. Each line says what it calls; the work is elsewhere.</summary>
internal static class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var sandboxes = services.GetRequiredService<SandboxService>();
        var housekeeping = services.GetRequiredService<Housekeeping>();

        app.MapGet("/v1/daemon", c => c.AnswerAsync(services.GetRequiredService<DaemonSelf>().Status(), ApiJson.Default.DaemonStatus));
        app.MapPost("/v1/daemon/stop", async c =>
        {
            var request = await c.BodyAsync(ApiJson.Default.StopDaemonRequest).ConfigureAwait(false);
            services.GetRequiredService<DaemonSelf>().Stop(request.Force);
        });
        app.MapGet("/v1/agents", c => c.AnswerAsync(services.GetRequiredService<AgentCatalog>().List(), ApiJson.Default.IReadOnlyListAgentInfo));
        app.MapGet("/v1/df", c => c.AnswerAsync(housekeeping.Usage(), ApiJson.Default.DiskUsage));
        app.MapGet("/v1/doctor", async c =>
            await c.AnswerAsync(await services.GetRequiredService<Diagnostics>().RunAsync(c.RequestAborted).ConfigureAwait(false), ApiJson.Default.DiagnosticReport).ConfigureAwait(false));
        app.MapPost("/v1/reset", c => OperationAnswer.WriteAsync(c, async (progress, _) =>
        {
            await housekeeping.ResetAsync(progress).ConfigureAwait(false);
            return null;
        }));
        app.MapPost("/v1/prune", async c =>
        {
            var request = await c.BodyAsync(ApiJson.Default.PruneRequest).ConfigureAwait(false);
            await c.AnswerAsync(await sandboxes.PruneAsync(request, c.RequestAborted).ConfigureAwait(false), ApiJson.Default.PruneResult).ConfigureAwait(false);
        });

        app.MapGet("/v1/sandboxes", c => c.AnswerAsync(new SandboxList([.. sandboxes.All.Select(s => s.ToInfo())]), ApiJson.Default.SandboxList));
        app.MapPost("/v1/sandboxes", async c =>
        {
            var request = await c.BodyAsync(ApiJson.Default.CreateSandboxRequest).ConfigureAwait(false);
            await TakeVariablesAsync(c).ConfigureAwait(false);
            await OperationAnswer.WriteAsync(c, async (progress, cancel) =>
                (await sandboxes.CreateAsync(request, progress, cancel).ConfigureAwait(false)).ToInfo()).ConfigureAwait(false);
        });
        app.MapGet("/v1/sandboxes/{name}", c => c.AnswerAsync(sandboxes.Get(NameOf(c)).ToInfo(), ApiJson.Default.SandboxInfo));
        app.MapDelete("/v1/sandboxes/{name}", c => sandboxes.RemoveAsync(NameOf(c), c.Request.Query["force"] == "true", CancellationToken.None));
        app.MapPost("/v1/sandboxes/{name}/start", async c =>
        {
            await TakeVariablesAsync(c).ConfigureAwait(false);
            await Change(c, sandboxes, async (s, progress, cancel) => await s.StartAsync(progress, cancel).ConfigureAwait(false)).ConfigureAwait(false);
        });
        // Not cancelled with its client: half a stop helps nobody.
        app.MapPost("/v1/sandboxes/{name}/stop", c => Change(c, sandboxes, (s, _, _) => s.StopAsync(CancellationToken.None)));
        app.MapGet("/v1/sandboxes/{name}/exec", c => services.GetRequiredService<ExecRelay>().HandleAsync(c, NameOf(c)));
        app.MapPost("/v1/sandboxes/{name}/detached", async c =>
        {
            var request = await c.BodyAsync(ProtocolJson.Default.ExecRequest).ConfigureAwait(false);
            await services.GetRequiredService<DetachedRun>().StartAsync(sandboxes.Get(NameOf(c)), request, c.RequestAborted).ConfigureAwait(false);
        });
        app.MapGet("/v1/sandboxes/{name}/archive", c => ArchiveRelay.GetAsync(c, sandboxes.Get(NameOf(c))));
        app.MapPut("/v1/sandboxes/{name}/archive", c => ArchiveRelay.PutAsync(c, sandboxes.Get(NameOf(c))));
        PolicyEndpoints.Map(app);
        SecretEndpoints.Map(app);
        EgressEndpoints.Map(app);
    }

    // A keychain that is locked or away is told when the machine starts; it does not keep the sandbox from starting.
    private static async Task TakeVariablesAsync(HttpContext context)
    {
        try
        {
            await context.RequestServices.GetRequiredService<SecretService>().TakeFromClientAsync(context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SecretException or PolicyException)
        {
        }
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
}
