using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sbx.Egress.Refusals;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;

namespace Sbx.Egress.Requests;

/// <summary>Request bodies that a credential has to do with: hashed for a signature, or with a placeholder in them.</summary>
internal static class CredentialedBody
{
    // Small bodies keep their Content-Length, which some servers insist on.
    private const int WholeBodyBytes = 1024 * 1024;

    /// <summary>Prepares the body, before the request is sent.</summary>
    /// <returns>The refusal, or null.</returns>
    public static async ValueTask<Refusal?> PrepareAsync(Exchange exchange, CredentialBinding credential, CredentialedRequest changes, EgressLimits limits)
    {
        if (credential.Signer is { } signer)
            return await SignAsync(exchange, signer, changes, limits).ConfigureAwait(false);
        return credential.Service.Scheme == ServiceScheme.Substitute ? await SubstituteAsync(exchange, credential).ConfigureAwait(false) : null;
    }

    private static async ValueTask<Refusal?> SignAsync(Exchange exchange, ICredentialSigner signer, CredentialedRequest changes, EgressLimits limits)
    {
        var context = exchange.Context;
        var headers = context.Request.Headers.SelectMany(header => header.Value.Select(value => new KeyValuePair<string, string>(header.Key, value ?? ""))).ToList();
        var request = new SigningRequest(context.Request.Method, exchange.Destination!.HostHeader, changes.PathAndQuery, headers);
        ReadOnlyMemory<byte> hash = default;
        if (signer.NeedsBodyHash(request))
        {
            var body = await ReadAsync(context, limits.BufferedBodyBytes).ConfigureAwait(false);
            if (body is null)
            {
                return new Refusal(
                    StatusCodes.Status413PayloadTooLarge, "body_too_large",
                    $"sbx refused this request: its body must be signed and is larger than {limits.BufferedBodyBytes >> 20} MiB. Send it in parts, or with x-amz-content-sha256: UNSIGNED-PAYLOAD.");
            }

            hash = SHA256.HashData(body.GetBuffer().AsSpan(0, (int)body.Length));
        }

        changes.SetSigned(signer.OwnedHeaders, await signer.SignAsync(request, hash, context.RequestAborted).ConfigureAwait(false));
        return null;
    }

    private static async ValueTask<Refusal?> SubstituteAsync(Exchange exchange, CredentialBinding credential)
    {
        var context = exchange.Context;
        if (!HasBody(context))
            return null;
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } coding && !coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(
                StatusCodes.Status415UnsupportedMediaType, "encoded_body",
                $"sbx refused this request: its body is encoded, and the placeholder of '{credential.Service.Name}' is looked for in bodies to {exchange.Destination!.Target.Host}. Send it without Content-Encoding.");
        }

        var replacements = PlaceholderReplacer.For(credential);
        if (replacements is null)
            return null;
        var body = new ReplacingStream(context.Request.Body, replacements);
        if (context.Request.ContentLength is not <= WholeBodyBytes)
        {
            context.Request.Body = body;
            context.Request.Headers.Remove(HeaderNames.ContentLength);
            return null;
        }

        var whole = new MemoryStream();
        await body.CopyToAsync(whole, context.RequestAborted).ConfigureAwait(false);
        whole.Position = 0;
        context.Request.Body = whole;
        context.Request.ContentLength = whole.Length;
        return null;
    }

    private static async Task<MemoryStream?> ReadAsync(HttpContext context, int limit)
    {
        var body = new MemoryStream();
        if (!HasBody(context))
            return body;
        if (context.Request.ContentLength > limit)
            return null;
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > limit)
                return null;
            body.Write(buffer, 0, read);
        }

        body.Position = 0;
        context.Request.Body = body;
        return body;
    }

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
}
