using System.Net;
using System.Net.Sockets;
using Sbx.Egress;
using Sbx.Egress.Log;
using Sbx.Egress.Tls;
using Sbx.Egress.Upstream;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;
using Sbx.Policies.Rules;

namespace Sbx.Bench.Egress;

/// <summary>The gateway as the daemon runs it, with a TCP port in place of the channel: TLS opened for a path rule, every request logged.</summary>
internal static class OursProxy
{
    public static async Task<int> StartAsync(string directory, int originPort)
    {
        var rule = new Rule
        {
            Id = "bench", Decision = RuleDecision.Allow, Resources = [HostPattern.Parse($"{BenchCertificates.Host}:443")], Methods = ["GET"], Path = PathPattern.Parse("/**"), Scope = RuleScope.Global,
        };
        var map = new Dictionary<Authority, IPEndPoint> { [new Authority(HostName.Parse(BenchCertificates.Host), 443)] = new IPEndPoint(IPAddress.Loopback, originPort) };
        var log = EgressLog.Open(Path.Combine(directory, "egress.db"), new EgressLogOptions(), TimeProvider.System);
        var gateway = await EgressGateway.StartAsync(
            new EgressGatewayOptions { Log = log, Resolver = new MappedUpstreamResolver(map, new SystemUpstreamResolver()), ExtraAuthorities = BenchCertificates.Roots(directory) },
            null, TimeProvider.System, CancellationToken.None);
        gateway.AddSandbox(new SandboxEgressOptions
        {
            Id = "bench", Name = "bench", Authority = SandboxAuthority.Create("bench", TimeProvider.System), Policy = new FixedPolicySource(PolicySnapshot.FromRules([rule])),
        });
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(512);
        _ = AcceptAsync(listener, gateway);
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AcceptAsync(TcpListener listener, EgressGateway gateway)
    {
        while (true)
        {
            var socket = await listener.AcceptSocketAsync();
            socket.NoDelay = true;
            _ = gateway.HandleAsync("bench", EgressStreamKind.Proxy, null, 0, new NetworkStream(socket, ownsSocket: true), null, CancellationToken.None);
        }
    }
}
