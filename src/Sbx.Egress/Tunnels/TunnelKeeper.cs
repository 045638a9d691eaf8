using System.Net.Sockets;
using Sbx.Egress.Flows;
using Sbx.Egress.Log;
using Sbx.Egress.Sniffing;
using Sbx.Egress.Upstream;
using Sbx.Policies.Evaluation;

namespace Sbx.Egress.Tunnels;

/// <summary>Runs tunnels: dials, watches the policy while they are open, and logs them when they open and when they end.</summary>
internal sealed class TunnelKeeper(EgressLog? log, TimeProvider time)
{
    /// <summary>Dials the destination and copies bytes until the end.</summary>
    /// <returns>False when the destination cannot be dialled; nothing was taken from the guest's stream then.</returns>
    public async Task<bool> RunAsync(Visit visit, PolicyDecision decision, ProxyKind kind, CancellationToken cancellationToken)
    {
        try
        {
            var (connection, stream) = await visit.Sandbox.DialAsync(visit.Target, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                await CopyAsync(visit, decision, kind, connection, stream, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (UpstreamException exception)
        {
            Write(visit, kind, exception.Refusal ?? decision, exception.Refusal is null, exception.Message);
            return false;
        }
    }

    /// <summary>
    /// For a client that says nothing: dials, and sees who speaks first. A destination that does gets its tunnel; a client that does is
    /// looked at like any other, so that waiting does not get TLS or HTTP past the checks.
    /// </summary>
    /// <returns>What the client began with; silent when the tunnel has been served and is over.</returns>
    public async Task<Opening> TryServerFirstAsync(Visit visit, PolicyDecision decision, TimeSpan completion, CancellationToken cancellationToken)
    {
        try
        {
            var (connection, stream) = await visit.Sandbox.DialAsync(visit.Target, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var server = stream.ReadAsync(Memory<byte>.Empty, decided.Token).AsTask();
                var client = OpeningReader.ReadAsync(visit.Stream.Input, Timeout.InfiniteTimeSpan, completion, time, decided.Token);
                var first = await Task.WhenAny(server, client).ConfigureAwait(false);
                await decided.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(Quietly(server), Quietly(client)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (client.IsCompletedSuccessfully && client.Result.Kind != OpeningKind.Silent && first == client)
                    return client.Result;
                await CopyAsync(visit, decision, ProxyKind.Network, connection, stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (UpstreamException exception)
        {
            Write(visit, ProxyKind.Network, exception.Refusal ?? decision, exception.Refusal is null, exception.Message);
        }

        return new Opening(OpeningKind.Silent);
    }

    /// <summary>Logs a connection that was refused.</summary>
    public void LogRefusal(Visit visit, ProxyKind kind, PolicyDecision decision, string reason) => Write(visit, kind, decision, false, reason);

    /// <summary>Logs a connection whose client left during the TLS handshake.</summary>
    public void LogAbandoned(Visit visit, ProxyKind kind, PolicyDecision decision) =>
        Write(visit, kind, decision, true, "the client left before it sent a request; it may not trust the sandbox's certificate authority");

    /// <summary>Logs a connection that makes no sense.</summary>
    public void LogMalformed(SandboxDoor sandbox, string reason) => log?.Write(new EgressRow
    {
        Id = log.NextId(), Time = time.GetUtcNow(), Sandbox = sandbox.Name, SandboxId = sandbox.Id, Proxy = ProxyKind.Forward, Host = "(unknown)", Port = 0,
        Allowed = false, Status = 400, Reason = reason,
    });

    private async Task CopyAsync(
        Visit visit, PolicyDecision decision, ProxyKind kind, UpstreamStream connection, Stream stream, CancellationToken cancellationToken)
    {
        var sandbox = visit.Sandbox;
        var tunnel = new Tunnel(visit.Stream, connection, stream);
        var (id, started, at) = (log?.NextId() ?? 0, time.GetTimestamp(), time.GetUtcNow());
        log?.Write(Row(visit, kind, decision, true, "") with { Id = id, Time = at });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var flow = new Flow(
            () =>
            {
                var now = sandbox.Decide(visit.Target);
                return now.Allowed && !sandbox.MustOpen(visit.Target, now) ? null : now;
            },
            _ => stop.Cancel());
        sandbox.Flows.Add(flow, decision.Generation);
        // A secret stored since the decision has no generation of its own, and may want the tunnel opened.
        flow.Review();
        try
        {
            await tunnel.RunAsync(stop.Token).ConfigureAwait(false);
        }
        finally
        {
            sandbox.Flows.Remove(flow);
            // The same change closes the connection too, and that may come first and end the copy before the tunnel itself is reviewed.
            var reason = (flow.ClosedBy ?? connection.ClosedBy) is { } closed ? $"closed when the policy changed: {(closed.Allowed ? "its requests must be looked into now" : closed.Reason)}" : "";
            log?.Write(Row(visit, kind, decision, true, reason) with
            {
                Id = id, Time = at, BytesSent = tunnel.FromGuest, BytesReceived = tunnel.ToGuest, Duration = time.GetElapsedTime(started),
            });
        }
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // The copy that follows meets the same end.
        }
    }

    private void Write(Visit visit, ProxyKind kind, PolicyDecision decision, bool allowed, string reason) =>
        log?.Write(Row(visit, kind, decision, allowed, reason));

    private EgressRow Row(Visit visit, ProxyKind kind, PolicyDecision decision, bool allowed, string reason) => new()
    {
        Id = log?.NextId() ?? 0,
        Time = time.GetUtcNow(),
        Sandbox = visit.Sandbox.Name,
        SandboxId = visit.Sandbox.Id,
        Proxy = kind,
        Host = visit.Target.Host.Value,
        Port = visit.Target.Port,
        Rule = decision.Rule?.Id,
        Allowed = allowed,
        Reason = reason,
    };
}
