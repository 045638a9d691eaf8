using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sbx.Egress.Flows;
using Sbx.Egress.Log;
using Sbx.Egress.Masking;
using Sbx.Egress.Refusals;
using Sbx.Egress.Upstream;
using Sbx.Policies.Evaluation;
using Sbx.Secrets;
using Yarp.ReverseProxy.Forwarder;

namespace Sbx.Egress.Requests;

/// <summary>Judges, forwards and logs one request after the other; every request of a connection is judged anew. Thread-safe.</summary>
internal sealed class RequestHandler(IHttpForwarder forwarder, EgressGatewayOptions options, TimeProvider time)
{
    // HTTP/2 where the destination offers it: the requests of many clients then share few connections.
    private readonly ForwarderRequestConfig _any = Config(options, HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);

    // Without TLS there is nothing to negotiate with; the client knew that its destination speaks HTTP/2.
    private readonly ForwarderRequestConfig _plainHttp2 = Config(options, HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

    // An upgrade needs a connection of its own, which HTTP/2 has not.
    private readonly ForwarderRequestConfig _upgrade = Config(options, HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);

    /// <summary>Serves one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var connection = context.Features.GetRequiredFeature<GuestConnection>();
        connection.CountRequest();
        using var exchange = new Exchange(context, connection, time.GetUtcNow(), time.GetTimestamp());
        try
        {
            var refusal = await PrepareAsync(exchange).ConfigureAwait(false);
            if (refusal is null)
                await ForwardAsync(exchange).ConfigureAwait(false);
            else
                await RefuseAsync(exchange, refusal).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            exchange.Problem ??= "the client gave up";
        }
        finally
        {
            options.Log?.Write(exchange.ToRow(options.Log.NextId(), time.GetElapsedTime(exchange.Started)));
        }
    }

    private async ValueTask<Refusal?> PrepareAsync(Exchange exchange)
    {
        var (context, connection) = (exchange.Context, exchange.Connection);
        if (options.RefuseWhenNotLogged && options.Log is { Health.IsWritable: false } log)
            return new Refusal(StatusCodes.Status503ServiceUnavailable, "log_unavailable", $"sbx refuses requests while its log cannot be written: {log.Health.Problem}.");
        if (RequestDestination.TryRead(context, connection, out var destination) is { } malformed)
            return malformed;
        exchange.Destination = destination;
        if (HttpMethods.IsConnect(exchange.Method))
        {
            // RFC 8441: a WebSocket over HTTP/2 is a GET to every rule.
            if (context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true, Protocol: "websocket" })
                return Refusal.BadRequest("CONNECT is only taken as the first request of a connection to the proxy");
            exchange.Method = HttpMethods.Get;
        }

        var decision = connection.Sandbox.Decide(destination!.Target, exchange.Method, destination.PathAndQuery);
        exchange.Decision = decision;
        if (!decision.Allowed)
            return Refusal.Policy(decision, destination.Target, connection.Sandbox.Name, exchange.Method, destination.Path);
        if (connection.Sandbox.Options is not { Credentials: { } credentials, Grants: not null })
            return null;
        return await PrepareCredentialAsync(exchange, destination).ConfigureAwait(false)
            ?? PlaceholderGuard.Check(exchange, credentials.Services);
    }

    private async ValueTask<Refusal?> PrepareCredentialAsync(Exchange exchange, RequestDestination destination)
    {
        var sandbox = exchange.Connection.Sandbox;
        if (!destination.IsTls)
            return null;
        try
        {
            exchange.Credential = await sandbox.Options.Credentials!
                .ResolveAsync(destination.Target, destination.PathAndQuery, sandbox.Options.Grants!, exchange.Context.RequestAborted).ConfigureAwait(false);
            if (exchange.Credential is not { } credential)
                return null;
            exchange.Matcher = Matchers.For(credential.MaskForms);
            var refusal = CredentialedRequest.TryPrepare(credential, exchange.Context.Request, destination, sandbox.Options.ForeignCredentialsDropped, out var changes);
            exchange.Credentialed = changes;
            return refusal ?? await CredentialedBody.PrepareAsync(exchange, credential, changes, options.Limits).ConfigureAwait(false);
        }
        catch (SecretException exception)
        {
            return Refusal.Credential(exception.Message + (exception.Hint is { } hint ? $" {hint}" : ""));
        }
    }

    private async Task ForwardAsync(Exchange exchange)
    {
        var (context, destination, sandbox) = (exchange.Context, exchange.Destination!, exchange.Connection.Sandbox);
        using var stop = new CancellationTokenSource();
        var flow = new Flow(() => Review(exchange), refusal =>
        {
            exchange.Problem = refusal.Reason;
            stop.Cancel();
        });
        sandbox.Flows.Add(flow, exchange.Decision!.Value.Generation);
        try
        {
            if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
                context.Request.Body = new CountingStream(context.Request.Body, exchange.CountSent, null, ownsInner: false);
            var config = ConfigFor(context, destination);
            var prefix = (destination.IsTls ? "https://" : "http://") + destination.Target;
            var error = await forwarder.SendAsync(context, prefix, sandbox.Client.Invoker, config, new ExchangeTransformer(exchange), stop.Token).ConfigureAwait(false);
            if (exchange.Refusal is { } refusal)
                await RefuseAsync(exchange, refusal).ConfigureAwait(false);
            else if (error != ForwarderError.None)
                await ExplainAsync(exchange, flow, context.Features.Get<IForwarderErrorFeature>()?.Exception).ConfigureAwait(false);
        }
        finally
        {
            sandbox.Flows.Remove(flow);
        }
    }

    private static ForwarderRequestConfig Config(EgressGatewayOptions options, Version version, HttpVersionPolicy policy) =>
        new() { ActivityTimeout = options.Limits.Activity, Version = version, VersionPolicy = policy, AllowResponseBuffering = false };

    private ForwarderRequestConfig ConfigFor(HttpContext context, RequestDestination destination)
    {
        if (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true || HttpMethods.IsConnect(context.Request.Method))
            return _upgrade;
        return destination.IsTls || !HttpProtocol.IsHttp2(context.Request.Protocol) ? _any : _plainHttp2;
    }

    private static PolicyDecision? Review(Exchange exchange)
    {
        var decision = exchange.Connection.Sandbox.Decide(exchange.Destination!.Target, exchange.Method, exchange.Destination.PathAndQuery);
        return decision.Allowed ? null : decision;
    }

    private static async Task ExplainAsync(Exchange exchange, Flow flow, Exception? exception)
    {
        var (context, target) = (exchange.Context, exchange.Destination!.Target);
        // The connection to the destination may have been closed first, by the same change.
        flow.Review();
        var refusal = flow.ClosedBy is { } closed
            ? Refusal.Policy(closed, target, exchange.Connection.Sandbox.Name, context.Request.Method, exchange.Destination.Path)
            : Explain(exchange, exception);
        if (context.RequestAborted.IsCancellationRequested && flow.ClosedBy is null)
        {
            exchange.Problem ??= "the client gave up";
            return;
        }

        exchange.Problem ??= refusal.Reason ?? refusal.Message;
        if (!context.Response.HasStarted)
            await RefuseAsync(exchange, refusal).ConfigureAwait(false);
        // The forwarder has cut a broken answer off; a whole one stands, also when the destination did not read the request to its end.
        else if (flow.ClosedBy is not null)
            context.Abort();
    }

    private static Refusal Explain(Exchange exchange, Exception? exception)
    {
        var target = exchange.Destination!.Target;
        if (UpstreamException.Find(exception) is { } upstream)
        {
            return upstream.Refusal is { } decision
                ? Refusal.Policy(decision, target, exchange.Connection.Sandbox.Name, exchange.Context.Request.Method, exchange.Destination.Path)
                : Refusal.Upstream(upstream.Message);
        }

        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
                return Refusal.Upstream($"the TLS certificate of {target} was not accepted ({cause.Message.TrimEnd('.')})");
            if (cause is PlaceholderLeakException leak)
                return Refusal.Credential(leak.Message);
            if (cause is BadHttpRequestException bad)
                return new Refusal(bad.StatusCode, "bad_request", $"sbx refused this request: {bad.Message.TrimEnd('.')}.");
            if (cause is OperationCanceledException)
                return new Refusal(StatusCodes.Status504GatewayTimeout, "upstream_failed", $"sbx allowed this request, but {target} did not answer in time.");
        }

        // The text of other exceptions may quote what was sent.
        var kind = exception is HttpRequestException { HttpRequestError: var error and not HttpRequestError.Unknown } ? error.ToString() : exception?.GetType().Name;
        return Refusal.Upstream($"the exchange with {target} broke off ({kind})");
    }

    private static Task RefuseAsync(Exchange exchange, Refusal refusal)
    {
        exchange.Refusal = refusal;
        return exchange.Context.Response.HasStarted
            ? Task.CompletedTask
            : RefusalWriter.WriteAsync(exchange.Context, refusal, exchange.Connection, exchange.Destination);
    }
}
