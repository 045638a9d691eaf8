using System.Net;
using System.Net.Sockets;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Upstream;

/// <summary>
/// Looks a destination up, has every address judged, and dials exactly an address that passed: what is validated is what is dialled,
/// whatever a second lookup would say.
/// </summary>
internal sealed class UpstreamDialer(IUpstreamResolver resolver, UpstreamProxySelector proxies, TimeSpan timeout, TimeProvider time)
{
    /// <summary>The proxies of the host.</summary>
    public UpstreamProxySelector Proxies => proxies;

    /// <summary>Connects to a destination, through the host's proxy where one applies.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="judge">Asks the policy about one address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection, and the stream to speak on (another one when a TLS proxy stands between).</returns>
    /// <exception cref="UpstreamException">No address may be dialled, or none answers.</exception>
    public async Task<(UpstreamStream Connection, Stream Stream)> DialAsync(
        Authority target, Func<IPAddress, PolicyDecision> judge, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, timeout, Timeout.InfiniteTimeSpan);
        try
        {
            if (proxies.ForTunnel(target) is { } proxy)
                return await DialThroughAsync(proxy, target, judge, limit.Token).ConfigureAwait(false);
            var addresses = Judge(await ResolveAsync(target, limit.Token).ConfigureAwait(false), target, judge);
            var connection = await DialFirstAsync(target, addresses, limit.Token).ConfigureAwait(false);
            return (connection, connection);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException($"{target} did not answer within {timeout.TotalSeconds:0} seconds");
        }
    }

    /// <summary>Connects to the host's own proxy, which the operator chose and no rule is asked about.</summary>
    public async Task<UpstreamStream> DialProxyAsync(Uri proxy, Authority target, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(proxy.IdnHost, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new UpstreamException($"the host's proxy {proxy.Host} cannot be found", exception);
        }

        var candidates = addresses.Select(address => new UpstreamAddress(new IPEndPoint(address, proxy.Port), IsMapped: true)).ToList();
        return await DialFirstAsync(target, candidates, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(UpstreamStream Connection, Stream Stream)> DialThroughAsync(
        Uri proxy, Authority target, Func<IPAddress, PolicyDecision> judge, CancellationToken cancellationToken)
    {
        // The proxy resolves for itself; where this machine can resolve too, address rules still get their say.
        IReadOnlyList<UpstreamAddress> known = [];
        try
        {
            known = await resolver.ResolveAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // Machines behind a proxy often have no public name service.
        }

        if (known.Count > 0)
            Judge(known, target, judge);
        var connection = await DialProxyAsync(proxy, target, cancellationToken).ConfigureAwait(false);
        try
        {
            return (connection, await ProxyTunnel.OpenAsync(connection, proxy, target, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (exception is UpstreamException or OperationCanceledException)
                throw;
            throw new UpstreamException($"the host's proxy {proxy.Host}:{proxy.Port} broke the connection off", exception);
        }
    }

    private async ValueTask<IReadOnlyList<UpstreamAddress>> ResolveAsync(Authority target, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await resolver.ResolveAsync(target, cancellationToken).ConfigureAwait(false);
            return addresses.Count > 0 ? addresses : throw new UpstreamException($"{target.Host} has no address");
        }
        catch (SocketException exception)
        {
            throw new UpstreamException($"{target.Host} cannot be found ({exception.SocketErrorCode})", exception);
        }
    }

    private static List<UpstreamAddress> Judge(IReadOnlyList<UpstreamAddress> addresses, Authority target, Func<IPAddress, PolicyDecision> judge)
    {
        var passed = new List<UpstreamAddress>(addresses.Count);
        PolicyDecision? refusal = null;
        foreach (var address in addresses)
        {
            if (address.IsMapped)
            {
                passed.Add(address);
                continue;
            }

            var decision = judge(address.EndPoint.Address);
            if (decision.Allowed)
                passed.Add(address);
            else
                refusal ??= decision;
        }

        return passed.Count > 0 ? passed : throw new UpstreamException(refusal!.Value);
    }

    private static async Task<UpstreamStream> DialFirstAsync(Authority target, IReadOnlyList<UpstreamAddress> addresses, CancellationToken cancellationToken)
    {
        Exception? last = null;
        for (var i = 0; i < addresses.Count; i++)
        {
            var endPoint = addresses[i].EndPoint;
            var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                // An address that does not answer must not use up the time of the next one.
                using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                if (i < addresses.Count - 1)
                    share.CancelAfter(TimeSpan.FromSeconds(2));
                await socket.ConnectAsync(endPoint, share.Token).ConfigureAwait(false);
                return new UpstreamStream(socket, target, addresses[i].IsMapped ? null : endPoint.Address);
            }
            catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                socket.Dispose();
                last = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new UpstreamException($"{target} cannot be reached ({(last is SocketException error ? error.SocketErrorCode.ToString() : "no answer")})", last);
    }
}
