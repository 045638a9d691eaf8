using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sbx.Api.Contracts;
using Sbx.Daemon.Policies;

namespace Sbx.Daemon.Http;

/// <summary>The addresses of the policy.</summary>
internal static class PolicyEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var policy = app.ServiceProvider.GetRequiredService<PolicyService>();
        app.MapGet("/v1/policy", c => c.AnswerAsync(policy.List(c.Parameter("sandbox")), ApiJson.Default.PolicyListing));
        app.MapPost("/v1/policy/init", async c => policy.Init(await c.BodyAsync(ApiJson.Default.PolicyInitRequest).ConfigureAwait(false)));
        app.MapPost("/v1/policy/rules", async c =>
            await c.AnswerAsync(policy.Add(await c.BodyAsync(ApiJson.Default.PolicyAddRequest).ConfigureAwait(false)), ApiJson.Default.PolicyChange).ConfigureAwait(false));
        app.MapPost("/v1/policy/rules/remove", async c =>
            await c.AnswerAsync(policy.Remove(await c.BodyAsync(ApiJson.Default.PolicyRemoveRequest).ConfigureAwait(false)), ApiJson.Default.PolicyChange).ConfigureAwait(false));
        app.MapGet("/v1/policy/rules/{id}", c =>
            c.AnswerAsync(policy.Inspect((string)c.Request.RouteValues["id"]!, c.Parameter("sandbox")), ApiJson.Default.PolicyInspection));
        app.MapPost("/v1/policy/check", async c =>
            await c.AnswerAsync(policy.Check(await c.BodyAsync(ApiJson.Default.PolicyCheckRequest).ConfigureAwait(false)), ApiJson.Default.PolicyCheckResult).ConfigureAwait(false));
        app.MapGet("/v1/policy/export", c => c.AnswerAsync(policy.Export(c.Parameter("sandbox")), ApiJson.Default.PolicyText));
        app.MapPost("/v1/policy/import", async c =>
            await c.AnswerAsync(policy.Import(await c.BodyAsync(ApiJson.Default.PolicyImportRequest).ConfigureAwait(false)), ApiJson.Default.PolicyChange).ConfigureAwait(false));
        app.MapPost("/v1/policy/reset", c =>
        {
            policy.Reset();
            return Task.CompletedTask;
        });
        app.MapGet("/v1/policy/workspace", c => c.AnswerAsync(policy.Workspace(c.Required("path")), ApiJson.Default.WorkspacePolicyInfo));
        app.MapPost("/v1/policy/workspace", async c => policy.Approve(await c.BodyAsync(ApiJson.Default.WorkspaceApprovalRequest).ConfigureAwait(false)));
    }
}
