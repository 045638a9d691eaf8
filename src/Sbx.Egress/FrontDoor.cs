using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Sbx.Egress.Connections;
using Sbx.Egress.Log;
using Sbx.Egress.Refusals;
using Sbx.Egress.Requests;
using Sbx.Egress.Sniffing;
using Sbx.Egress.Tunnels;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;

namespace Sbx.Egress;

/// <summary>Looks at the beginning of each stream and decides who serves it: Kestrel, with or without TLS, a tunnel, or nobody.</summary>
internal sealed class FrontDoor(EgressListeners listeners, TunnelKeeper tunnels, EgressGatewayOptions options, TimeProvider time)
{
    private static readonly byte[] Established = "HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray();

    /// <summary>Serves a stream until it ends.</summary>
    public async Task ServeAsync(SandboxDoor sandbox, EgressStreamKind kind, Authority? captured, GuestStream stream, CancellationToken cancellationToken)
    {
        if (kind == EgressStreamKind.Tcp)
            await ServeDestinationAsync(new Visit(sandbox, captured!, true, stream), cancellationToken).ConfigureAwait(false);
        else
            await ServeProxyAsync(sandbox, stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs a stream that makes no sense.</summary>
    public void LogMalformed(SandboxDoor sandbox, string reason) => tunnels.LogMalformed(sandbox, reason);

    private async Task ServeProxyAsync(SandboxDoor sandbox, GuestStream stream, CancellationToken cancellationToken)
    {
        var limits = options.Limits;
        var opening = await OpeningReader.ReadAsync(stream.Input, limits.Handshake, limits.Handshake, time, cancellationToken).ConfigureAwait(false);
        if (opening.Kind == OpeningKind.Http)
        {
            await HandOverAsync(listeners.Http, new GuestConnection(sandbox, null, false, ProxyKind.Forward, null), stream, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (opening.Kind != OpeningKind.Connect)
        {
            if (opening.Kind is OpeningKind.Raw or OpeningKind.Tls or OpeningKind.Http2Preface)
                await RejectAsync(sandbox, stream, "this is an HTTP/1.1 proxy without TLS", cancellationToken).ConfigureAwait(false);
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.Handshake);
        var head = await ConnectReader.ReadHeadAsync(stream.Input, limit.Token).ConfigureAwait(false);
        var problem = "its head is too long or not complete";
        if (head is null || !ConnectRequest.TryParse(head, out var request, out problem))
        {
            await RejectAsync(sandbox, stream, problem!, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Also when it will be refused: clients hang on a refused CONNECT, and understand an answer inside TLS.
        await stream.WriteAsync(Established, cancellationToken).ConfigureAwait(false);
        await ServeDestinationAsync(new Visit(sandbox, request!.Target, false, stream), cancellationToken).ConfigureAwait(false);
    }

    private async Task ServeDestinationAsync(Visit visit, CancellationToken cancellationToken)
    {
        var (sandbox, target, stream) = (visit.Sandbox, visit.Target, visit.Stream);
        var decision = sandbox.Decide(target);
        // What cannot be logged is not passed unseen; as a request, it gets the reason in its answer.
        var logged = !options.RefuseWhenNotLogged || options.Log is not { Health.IsWritable: false };
        var passes = logged && decision.Allowed && !sandbox.MustOpen(target, decision);
        var silence = passes ? options.Limits.ServerFirst : visit.Captured && !decision.Allowed ? options.Limits.RefusedSilence : options.Limits.Handshake;
        var opening = await OpeningReader.ReadAsync(stream.Input, silence, options.Limits.Handshake, time, cancellationToken).ConfigureAwait(false);
        if (opening.Kind == OpeningKind.Silent && passes)
        {
            opening = await tunnels.TryServerFirstAsync(visit, decision, options.Limits.Handshake, cancellationToken).ConfigureAwait(false);
            if (opening.Kind == OpeningKind.Silent)
                return;
        }

        switch (opening.Kind)
        {
            case OpeningKind.Tls:
                await ServeTlsAsync(visit, decision, passes, opening.Hello!, cancellationToken).ConfigureAwait(false);
                break;
            case OpeningKind.Http:
                await HandOverAsync(listeners.Http, new GuestConnection(sandbox, target, false, visit.HttpKind, null), stream, cancellationToken).ConfigureAwait(false);
                break;
            case OpeningKind.Http2Preface:
                await HandOverAsync(listeners.Http2, new GuestConnection(sandbox, target, false, visit.HttpKind, null), stream, cancellationToken).ConfigureAwait(false);
                break;
            case OpeningKind.Raw when passes:
                await tunnels.RunAsync(visit, decision, ProxyKind.Network, cancellationToken).ConfigureAwait(false);
                break;
            case OpeningKind.Ended:
                break;
            default:
                tunnels.LogRefusal(visit, ProxyKind.Network, decision, decision.Allowed ? RawProblem(opening.Kind) : decision.Reason);
                break;
        }
    }

    private async Task ServeTlsAsync(Visit visit, PolicyDecision decision, bool passes, ClientHello hello, CancellationToken cancellationToken)
    {
        // Without a name the server gives its default, which the dialled address decides; with another name it might give another site.
        var agrees = hello.ServerName is null || hello.ServerName == visit.Target.Host;
        if (passes && agrees && !hello.IsEncrypted)
        {
            if (await tunnels.RunAsync(visit, decision, visit.Captured ? ProxyKind.Transparent : ProxyKind.ForwardBypass, cancellationToken).ConfigureAwait(false))
                return;
            // The destination does not answer: say so inside TLS, where the client can read it.
        }

        var connection = new GuestConnection(visit.Sandbox, visit.Target, true, visit.HttpKind, hello.ServerName);
        await HandOverAsync(listeners.Https, connection, visit.Stream, cancellationToken).ConfigureAwait(false);
        if (connection.Requests == 0 && !decision.Allowed)
            tunnels.LogRefusal(visit, visit.HttpKind, decision, decision.Reason);
        else if (connection.Requests == 0)
            tunnels.LogAbandoned(visit, visit.HttpKind, decision);
    }

    private static async Task HandOverAsync(StreamListener listener, GuestConnection guest, GuestStream stream, CancellationToken cancellationToken)
    {
        var connection = new StreamConnection(Guid.NewGuid().ToString("N"), stream);
        connection.Features.Set(guest);
        await using var registration = cancellationToken.UnsafeRegister(
            static connection => ((StreamConnection)connection!).Abort(new ConnectionAbortedException("the sandbox went away")), connection).ConfigureAwait(false);
        if (listener.Offer(connection))
            await connection.Done.ConfigureAwait(false);
    }

    private async Task RejectAsync(SandboxDoor sandbox, GuestStream stream, string problem, CancellationToken cancellationToken)
    {
        var refusal = Refusal.BadRequest(problem);
        var body = refusal.Message + "\n";
        var answer = $"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
        tunnels.LogMalformed(sandbox, refusal.Message);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellationToken).ConfigureAwait(false);
        await stream.CloseAsync().ConfigureAwait(false);
    }

    private static string RawProblem(OpeningKind kind) => kind switch
    {
        OpeningKind.Broken => "it starts as TLS or HTTP and is malformed or stops half-way",
        OpeningKind.Silent => "it sends nothing, and its requests must be looked into",
        OpeningKind.Connect => "it asks for a tunnel inside a tunnel",
        OpeningKind.Raw => "it is not HTTP, and its requests must be looked into",
        _ => throw new UnreachableException(),
    };
}
