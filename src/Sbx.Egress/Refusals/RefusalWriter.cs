using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sbx.Egress.Requests;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Refusals;

/// <summary>Answers a refused request: JSON for API clients, plain text for git (which prints that and nothing else).</summary>
internal static class RefusalWriter
{
    private const int ReasonLength = 150;

    /// <summary>Writes the answer and ends it.</summary>
    public static Task WriteAsync(HttpContext context, Refusal refusal, GuestConnection connection, RequestDestination? destination)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = refusal.Status;
        response.Headers.CacheControl = "no-store";
        // apt, npm, pip and Python print the reason phrase only.
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = Printable.Text(refusal.Message, ReasonLength);
        if (refusal.Status is StatusCodes.Status400BadRequest or StatusCodes.Status421MisdirectedRequest)
            response.Headers.Connection = HttpProtocol.IsHttp2(context.Request.Protocol) ? default : "close";
        byte[] body;
        if (context.Request.Headers.UserAgent.ToString().StartsWith("git/", StringComparison.Ordinal))
        {
            response.ContentType = "text/plain; charset=utf-8";
            body = Encoding.UTF8.GetBytes(refusal.Message + "\n");
        }
        else
        {
            response.ContentType = "application/json";
            body = JsonSerializer.SerializeToUtf8Bytes(Body(context, refusal, connection, destination), RefusalJson.Readable.RefusalBody);
        }

        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static RefusalBody Body(HttpContext context, Refusal refusal, GuestConnection connection, RequestDestination? destination)
    {
        var target = destination?.Target ?? connection.Target;
        var status = refusal.Status == StatusCodes.Status502BadGateway ? "UNAVAILABLE" : "PERMISSION_DENIED";
        return new RefusalBody(
            "error",
            new RefusalError(refusal.Status == StatusCodes.Status502BadGateway ? "api_error" : "permission_error", "sbx_" + refusal.Code, status, refusal.Message),
            new RefusalDetail(
                refusal.Code, target?.Host.Value, target?.Port, Printable.Text(context.Request.Method, 20),
                destination is null ? null : Printable.Text(destination.Path, 500), refusal.Rule, refusal.Command, connection.Sandbox.Name));
    }
}
