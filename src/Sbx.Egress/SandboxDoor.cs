using System.Net;
using Sbx.Egress.Flows;
using Sbx.Egress.Requests;
using Sbx.Egress.Tls;
using Sbx.Egress.Upstream;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;

namespace Sbx.Egress;

/// <summary>One sandbox at the gateway: its policy, certificates, connections to destinations, and all that is open. Thread-safe.</summary>
internal sealed class SandboxDoor : IDisposable
{
    private readonly SandboxEgressOptions _options;
    private readonly UpstreamDialer _dialer;
    private readonly int _connectionLimit;
    private readonly CancellationTokenSource _removed = new();
    private int _connections;

    public SandboxDoor(SandboxEgressOptions options, UpstreamDialer dialer, UpstreamClient.Factory clients, EgressLimits limits, TimeProvider time)
    {
        _options = options;
        _dialer = dialer;
        _connectionLimit = limits.ConnectionsPerSandbox;
        Leaves = new LeafCertificates(options.Authority, time);
        Flows = new OpenFlows(() => options.Policy.Current.Generation);
        Client = clients(this);
        options.Policy.Changed += OnPolicyChanged;
    }

    public string Id => _options.Id;

    public string Name => _options.Name;

    public SandboxEgressOptions Options => _options;

    /// <summary>Server certificates.</summary>
    public LeafCertificates Leaves { get; }

    /// <summary>What is open.</summary>
    public OpenFlows Flows { get; }

    /// <summary>Sends requests; its connections serve this sandbox alone.</summary>
    public UpstreamClient Client { get; }

    /// <summary>Cancelled when the sandbox is removed.</summary>
    public CancellationToken Removed => _removed.Token;

    /// <summary>Counts a connection in.</summary>
    /// <returns>False when the sandbox has too many open.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _connections) <= _connectionLimit)
            return true;
        Interlocked.Decrement(ref _connections);
        return false;
    }

    /// <summary>Counts a connection out.</summary>
    public void Leave() => Interlocked.Decrement(ref _connections);

    /// <summary>Asks about a connection.</summary>
    public PolicyDecision Decide(Authority target) => _options.Policy.Current.Evaluate(new PolicyQuery(target.Host, target.Port) { Sandbox = Name });

    /// <summary>Asks about a request.</summary>
    public PolicyDecision Decide(Authority target, string method, string path) =>
        _options.Policy.Current.Evaluate(new PolicyQuery(target.Host, target.Port) { Sandbox = Name, Method = method, Path = path });

    /// <summary>Asks about an address that is about to be dialled.</summary>
    public PolicyDecision Decide(Authority target, IPAddress address) =>
        _options.Policy.Current.Evaluate(new PolicyQuery(target.Host, target.Port) { Sandbox = Name, ResolvedAddress = address });

    /// <summary>Whether what is allowed must be looked into: rules about requests, a credential to write, or the wish to see all.</summary>
    public bool MustOpen(Authority target, PolicyDecision decision) =>
        decision.RequiresInspection || _options.InspectEverything || IsCredentialed(target);

    /// <summary>Whether a request to the destination could get a credential.</summary>
    public bool IsCredentialed(Authority target) =>
        _options is { Credentials: { } credentials, Grants: { } grants } && credentials.IsCredentialed(target, grants);

    /// <summary>Connects to a destination, and closes the connection as soon as the policy no longer allows it.</summary>
    /// <exception cref="UpstreamException">It may not be dialled, or does not answer.</exception>
    public async Task<(UpstreamStream Connection, Stream Stream)> DialAsync(Authority target, CancellationToken cancellationToken)
    {
        var generation = _options.Policy.Current.Generation;
        var (connection, stream) = await _dialer.DialAsync(target, address => Decide(target, address), cancellationToken).ConfigureAwait(false);
        Watch(connection, generation);
        return (connection, stream);
    }

    /// <summary>Connects to the host's proxy for plain http requests to a destination.</summary>
    public Task<UpstreamStream> DialProxyAsync(Uri proxy, Authority target, CancellationToken cancellationToken) =>
        _dialer.DialProxyAsync(proxy, target, cancellationToken);

    public void Dispose()
    {
        _options.Policy.Changed -= OnPolicyChanged;
        _removed.Cancel();
        Client.Dispose();
    }

    private void Watch(UpstreamStream connection, long generation)
    {
        var flow = new Flow(
            () =>
            {
                var decision = connection.CheckedAddress is { } address ? Decide(connection.Target, address) : Decide(connection.Target);
                return decision.Allowed ? null : decision;
            },
            connection.Close);
        connection.OnClosed(() => Flows.Remove(flow));
        Flows.Add(flow, generation);
    }

    private void OnPolicyChanged(object? sender, EventArgs e) => Flows.Review();
}
