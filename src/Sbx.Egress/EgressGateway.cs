using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sbx.Egress.Connections;
using Sbx.Egress.Requests;
using Sbx.Egress.Tunnels;
using Sbx.Egress.Upstream;
using Sbx.Policies.Hosts;

namespace Sbx.Egress;

/// <summary>
/// The one way out of every sandbox. It takes the guests' streams, judges each connection and request by the policy, writes credentials,
/// forwards, masks answers and logs. Nothing of it listens on a socket. Thread-safe.
/// </summary>
public sealed class EgressGateway : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, SandboxDoor> _sandboxes = new(StringComparer.Ordinal);
    private readonly WebApplication _server;
    private readonly FrontDoor _door;
    private readonly UpstreamDialer _dialer;
    private readonly UpstreamClient.Factory _clients;
    private readonly EgressGatewayOptions _options;
    private readonly TimeProvider _time;

    private EgressGateway(EgressGatewayOptions options, ILoggerFactory? loggers, TimeProvider time)
    {
        (_options, _time) = (options, time);
        var proxies = new UpstreamProxySelector(options.Proxy);
        var tls = UpstreamTrust.ClientOptions(options.ExtraAuthorities);
        _dialer = new UpstreamDialer(options.Resolver, proxies, options.Limits.Connect, time);
        _clients = sandbox => new UpstreamClient(sandbox, proxies, tls, options.Limits);
        var listeners = new EgressListeners();
        _door = new FrontDoor(listeners, new TunnelKeeper(options.Log, time), options, time);
        _server = Build(listeners, loggers);
    }

    /// <summary>Starts the gateway.</summary>
    /// <param name="options">How it reaches the world.</param>
    /// <param name="loggers">For diagnostics of the server; null for none. Levels below warning may name paths.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<EgressGateway> StartAsync(EgressGatewayOptions options, ILoggerFactory? loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var gateway = new EgressGateway(options, loggers, time);
        await gateway._server.StartAsync(cancellationToken).ConfigureAwait(false);
        return gateway;
    }

    /// <summary>Lets a sandbox in. Done before its first stream.</summary>
    /// <exception cref="InvalidOperationException">A sandbox of this identity is there already.</exception>
    public void AddSandbox(SandboxEgressOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var door = new SandboxDoor(options, _dialer, _clients, _options.Limits, _time);
        if (_sandboxes.TryAdd(options.Id, door))
            return;
        door.Dispose();
        throw new InvalidOperationException($"the sandbox {options.Id} is at the gateway already");
    }

    /// <summary>Forgets a sandbox and closes all it has open. Does nothing when it is not there.</summary>
    public void RemoveSandbox(string id)
    {
        if (_sandboxes.TryRemove(id, out var door))
            door.Dispose();
    }

    /// <summary>Asks the policy again about all that a sandbox has open: for changes that the policy's source does not announce, such as a new secret.</summary>
    public void Review(string id)
    {
        if (_sandboxes.TryGetValue(id, out var door))
            door.Flows.Review();
    }

    /// <summary>Serves one stream of a guest until it ends. Never throws for what the guest or a destination does.</summary>
    /// <param name="sandboxId">Whose stream it is.</param>
    /// <param name="kind">How it came about.</param>
    /// <param name="host">For <see cref="EgressStreamKind.Tcp"/>: the name that the guest looked up, or an address literal; not trusted.</param>
    /// <param name="port">For <see cref="EgressStreamKind.Tcp"/>: the port.</param>
    /// <param name="stream">Both directions; disposed at the end.</param>
    /// <param name="finish">Ends the direction to the guest and leaves the other open (half close); null when the stream has no such thing.</param>
    /// <param name="cancellationToken">Closes it.</param>
    public async Task HandleAsync(
        string sandboxId, EgressStreamKind kind, string? host, int port, Stream stream, Func<CancellationToken, ValueTask>? finish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!_sandboxes.TryGetValue(sandboxId, out var sandbox) || !sandbox.TryEnter())
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return;
        }

        try
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sandbox.Removed);
            await using var guest = new GuestStream(stream, finish);
            Authority? captured = null;
            if (kind == EgressStreamKind.Tcp)
            {
                if (port is < 1 or > 65535 || !HostName.TryParse(host, out var name))
                {
                    _door.LogMalformed(sandbox, "a captured connection without a destination");
                    return;
                }

                captured = new Authority(name, port);
            }

            await _door.ServeAsync(sandbox, kind, captured, guest, ends.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The guest or its destination went away in the middle; both ends are closed.
        }
        finally
        {
            sandbox.Leave();
        }
    }

    /// <summary>Stops, and closes all that is open.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var id in _sandboxes.Keys)
            RemoveSandbox(id);
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(2), _time);
        await _server.StopAsync(now.Token).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private WebApplication Build(EgressListeners listeners, ILoggerFactory? loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(_time);
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, NoLifetime>();
        if (loggers is not null)
            builder.Services.AddSingleton(loggers);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<IConnectionListenerFactory>(new StreamListenerFactory(listeners.All));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options => Configure(options, listeners));
        var server = builder.Build();
        RequestDelegate handler = ActivatorUtilities.CreateInstance<RequestHandler>(server.Services, _options, _time).HandleAsync;
        server.Run(handler);
        return server;
    }

    private void Configure(KestrelServerOptions kestrel, EgressListeners listeners)
    {
        var limits = _options.Limits;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.RequestHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
        kestrel.Limits.MaxRequestBodySize = null;
        // Streams of model APIs and gRPC are silent for minutes; what a sandbox can hold open is bounded by its connections.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.RequestHeadersTimeout = limits.Handshake;
        kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.RequestHeadersBytes;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        kestrel.Limits.Http2.MaxStreamsPerConnection = limits.StreamsPerConnection;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 32 * 1024;
        kestrel.Listen(listeners.Http.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(listeners.Http2.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        kestrel.Listen(listeners.Https.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = limits.Handshake,
                OnConnection = static context =>
                {
                    var guest = context.Connection.Features.Get<GuestConnection>()!;
                    return ValueTask.FromResult(guest.Sandbox.Leaves.For(guest.CertificateHost));
                },
            });
        });
    }

    // Signals belong to the process that hosts the gateway.
    private sealed class NoLifetime : Microsoft.Extensions.Hosting.IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
