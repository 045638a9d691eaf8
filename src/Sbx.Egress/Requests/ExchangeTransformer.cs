using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sbx.Egress.Masking;
using Sbx.Egress.Refusals;
using Yarp.ReverseProxy.Forwarder;

namespace Sbx.Egress.Requests;

/// <summary>What the proxy changes in one request and its answer. Everything else passes as it came.</summary>
internal sealed class ExchangeTransformer(Exchange exchange) : HttpTransformer
{
    private static readonly UriCreationOptions AsItCame = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
        var headers = proxyRequest.Headers;
        // The handler writes it from the URI, so that it can name nothing but the checked destination.
        headers.Host = null;
        var pathAndQuery = exchange.Credentialed?.PathAndQuery ?? exchange.Destination!.PathAndQuery;
        proxyRequest.RequestUri = new Uri(destinationPrefix + pathAndQuery, AsItCame);
        if (exchange.Credentialed is not { } credentialed)
            return;
        credentialed.Apply(proxyRequest);
        // A signature keeps the secret itself off the wire, and covers these headers.
        if (exchange.Credential!.Signer is not null)
            return;
        // Codings, parts and compressed frames could hide the live value in the answer.
        headers.Remove(HeaderNames.AcceptEncoding);
        headers.Remove(HeaderNames.Range);
        headers.Remove(HeaderNames.IfRange);
        headers.Remove(HeaderNames.SecWebSocketExtensions);
        headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, "identity");
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (!await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false) || proxyResponse is null)
            return false;
        var response = httpContext.Response;
        // No way around the proxy over another protocol.
        response.Headers.Remove(HeaderNames.AltSvc);
        Func<Stream, Stream>? decode = null;
        if (exchange.Matcher is { } matcher)
        {
            httpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
            MaskHeaders(response.Headers, matcher);
            if (exchange.Credential!.Signer is null && HasBody(httpContext, proxyResponse.StatusCode) && response.Headers.TryGetValue(HeaderNames.ContentEncoding, out var coding))
            {
                if (!ContentDecoder.TryFind(coding.ToString(), out decode))
                {
                    exchange.Refusal = Refusal.Upstream($"{exchange.Destination!.Target.Host} encoded its answer in a way that cannot be searched for the credential");
                    return false;
                }

                response.Headers.Remove(HeaderNames.ContentEncoding);
                response.Headers.Remove(HeaderNames.ContentLength);
            }
        }

        proxyResponse.Content = new StreamedContent(proxyResponse.Content, stream => Wrap(stream, decode));
        return true;
    }

    public override async ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
        if (exchange.Matcher is { } matcher && httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers)
            MaskHeaders(trailers, matcher);
    }

    private Stream Wrap(Stream stream, Func<Stream, Stream>? decode)
    {
        if (decode is not null)
            stream = decode(stream);
        if (exchange.Matcher is { } matcher)
            stream = new MaskingStream(stream, matcher);
        return new CountingStream(stream, exchange.CountReceived, exchange.CountSent, ownsInner: true);
    }

    private static void MaskHeaders(IHeaderDictionary headers, SecretMatcher matcher)
    {
        foreach (var (name, values) in headers.ToArray())
        {
            var masked = values.Select(value => matcher.Mask(value ?? "")).ToArray();
            var maskedName = matcher.Mask(name);
            if (maskedName != name)
                headers.Remove(name);
            else if (!masked.AsSpan().SequenceEqual(values.ToArray()))
                headers[name] = masked;
        }
    }

    private static bool HasBody(HttpContext context, HttpStatusCode status) =>
        !HttpMethods.IsHead(context.Request.Method) && status is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified or HttpStatusCode.SwitchingProtocols);
}
