using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Secrets;
using Sbx.Secrets.Values;

namespace Sbx.Daemon.Http;

/// <summary>The addresses of secrets and services.</summary>
internal static class SecretEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var secrets = app.ServiceProvider.GetRequiredService<SecretService>();
        app.MapGet("/v1/secrets", async c =>
        {
            await secrets.TakeFromClientAsync(c).ConfigureAwait(false);
            await c.AnswerAsync(await secrets.ListAsync(c.RequestAborted).ConfigureAwait(false), ApiJson.Default.SecretListing).ConfigureAwait(false);
        });
        app.MapPut("/v1/secrets/value", async c =>
        {
            using var value = await ReadAsync(c).ConfigureAwait(false);
            await secrets.SetAsync(c.Parameter("sandbox"), c.Required("service"), value, c.RequestAborted).ConfigureAwait(false);
        });
        app.MapPost("/v1/secrets/source", async c =>
            await secrets.SetSourceAsync(await c.BodyAsync(ApiJson.Default.SecretSourceRequest).ConfigureAwait(false), c.RequestAborted).ConfigureAwait(false));
        app.MapPost("/v1/secrets/import", async c =>
        {
            await secrets.TakeFromClientAsync(c).ConfigureAwait(false);
            await secrets.ImportAsync(c.Required("service"), c.RequestAborted).ConfigureAwait(false);
        });
        app.MapDelete("/v1/secrets", c => secrets.RemoveAsync(c.Parameter("sandbox"), c.Required("service"), c.RequestAborted));
        app.MapGet("/v1/services", async c =>
            await c.AnswerAsync(await secrets.ServicesAsync(c.RequestAborted).ConfigureAwait(false), ApiJson.Default.ServiceList).ConfigureAwait(false));
        app.MapPost("/v1/services", async c =>
        {
            var request = await c.BodyAsync(ApiJson.Default.ServiceRequest).ConfigureAwait(false);
            await c.AnswerAsync(await secrets.SaveServiceAsync(request, c.RequestAborted).ConfigureAwait(false), ApiJson.Default.ServiceInfo).ConfigureAwait(false);
        });
        app.MapDelete("/v1/services/{name}", c => secrets.RemoveServiceAsync((string)c.Request.RouteValues["name"]!, c.RequestAborted));
    }

    // Into a buffer of its own that is zeroed: the bytes of a secret are in no string.
    private static async Task<SecretValue> ReadAsync(HttpContext context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SecretValue.MaximumBytes + 1);
        try
        {
            var length = await context.Request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, SecretValue.MaximumBytes + 1), SecretValue.MaximumBytes + 1, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
            if (length > SecretValue.MaximumBytes)
                throw new SbxException(ErrorCode.Usage, $"the secret has more than {SecretValue.MaximumBytes} bytes", "give the credential alone, not a file around it");
            return SecretValue.FromBytes(buffer.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
