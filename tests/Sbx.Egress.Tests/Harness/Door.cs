using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sbx.Egress.Log;
using Sbx.Egress.Tls;
using Sbx.Egress.Upstream;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;
using Sbx.Policies.Rules;
using Sbx.Secrets.Catalog;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Values;

namespace Sbx.Egress.Tests.Harness;

/// <summary>A running gateway with one sandbox, stand-ins for hosts of the internet, and a TCP port for clients.</summary>
internal sealed class Door : IAsyncDisposable
{
    private static readonly TestAuthority Root = new();

    private readonly Dictionary<Authority, IPEndPoint> _map = [];
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<Rule> _rules = [];
    private readonly HashSet<string> _granted = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("sbx-egress-").FullName;
    private EgressGateway? _gateway;
    private SandboxAuthority? _authority;
    private SecretCatalog? _catalog;
    private FixedPolicySource? _policy;
    private long _generation = 1;

    public const string Sandbox = "demo";

    public EgressLog Log { get; private set; } = null!;

    public EgressGateway Gateway => _gateway!;

    public SecretCatalog Secrets => _catalog!;

    public int ProxyPort { get; private set; }

    public IUpstreamResolver? Resolver { get; set; }

    public EgressLimits Limits { get; set; } = new();

    public UpstreamProxyOptions Proxy { get; set; } = new();

    public bool DropForeign { get; set; }

    public bool RefuseWhenNotLogged { get; init; }

    public bool TrustUpstreams { get; set; } = true;

    public string AuthorityFile => Path.Combine(_directory, "ca.pem");

    public string Directory_ => _directory;

    public X509Certificate2 AuthorityCertificate => X509CertificateLoader.LoadCertificateFromFile(AuthorityFile);

    /// <summary>Puts a web server where a host of the internet would be.</summary>
    public async Task<WebUpstream> AddUpstreamAsync(
        string host, RequestDelegate handler, int port = 443, HttpProtocols protocols = HttpProtocols.Http1AndHttp2, string? certificateName = null)
    {
        var upstream = await WebUpstream.StartAsync(port == 80 ? null : Root.Issue(certificateName ?? host), handler, protocols);
        _owned.Add(upstream);
        Map(host, port, upstream.Port);
        return upstream;
    }

    public void Map(string host, int port, int localPort) => _map[new Authority(HostName.Parse(host), port)] = new IPEndPoint(IPAddress.Loopback, localPort);

    public Door Allow(string pattern, string? method = null, string? path = null) => Rule(RuleDecision.Allow, pattern, method, path);

    public Door Deny(string pattern, string? method = null, string? path = null) => Rule(RuleDecision.Deny, pattern, method, path);

    public Door Revoke(string pattern)
    {
        _rules.RemoveAll(rule => rule.Resources[0].Text == pattern);
        Publish();
        return this;
    }

    public async Task<Door> StartAsync()
    {
        _policy = new FixedPolicySource(PolicySnapshot.FromRules(_rules, _generation));
        _authority = SandboxAuthority.Create(Sandbox, TimeProvider.System);
        await File.WriteAllTextAsync(AuthorityFile, _authority.CertificatePem);
        Log = EgressLog.Open(Path.Combine(_directory, "egress.db"), new EgressLogOptions { Gather = TimeSpan.FromMilliseconds(5) }, TimeProvider.System);
        _catalog ??= await SecretCatalog.OpenAsync(
            new SecretCatalogOptions { Store = new MemorySecretStore(), ServicesFile = Path.Combine(_directory, "services.yaml"), Environment = _ => null }, CancellationToken.None);
        _gateway = await EgressGateway.StartAsync(
            new EgressGatewayOptions
            {
                Log = Log,
                Resolver = new MappedUpstreamResolver(_map, Resolver ?? new NoNames()),
                Limits = Limits,
                Proxy = Proxy,
                RefuseWhenNotLogged = RefuseWhenNotLogged,
                ExtraAuthorities = TrustUpstreams ? [Root.Certificate] : [],
            },
            null, TimeProvider.System, CancellationToken.None);
        _gateway.AddSandbox(new SandboxEgressOptions
        {
            Id = "id-" + Sandbox,
            Name = Sandbox,
            Authority = _authority,
            Policy = _policy,
            Credentials = new CredentialResolver(_catalog),
            Grants = new SandboxGrants(Sandbox, _granted),
            ForeignCredentialsDropped = DropForeign,
        });
        ProxyPort = Listen(EgressStreamKind.Proxy, null, 0);
        return this;
    }

    /// <summary>Stores and grants a secret.</summary>
    public async Task<Door> StoreAsync(string service, string value)
    {
        _catalog ??= await SecretCatalog.OpenAsync(
            new SecretCatalogOptions { Store = new MemorySecretStore(), ServicesFile = Path.Combine(_directory, "services.yaml"), Environment = _ => null }, CancellationToken.None);
        using var secret = SecretValue.FromText(value);
        await _catalog.SetAsync(null, service, secret, CancellationToken.None);
        _granted.Add(service);
        return this;
    }

    /// <summary>A TCP port whose connections reach the gateway as captured ones.</summary>
    public int Listen(EgressStreamKind kind, string? host, int port)
    {
        var adapter = new TcpAdapter((stream, finish, cancellationToken) => Gateway.HandleAsync("id-" + Sandbox, kind, host, port, stream, finish, cancellationToken));
        _owned.Add(adapter);
        return adapter.Port;
    }

    /// <summary>A client that uses the proxy and trusts the sandbox's authority.</summary>
    public HttpClient Client(bool trusts = true) => new(Handler(trusts)) { Timeout = TimeSpan.FromSeconds(60) };

    public SocketsHttpHandler Handler(bool trusts = true)
    {
        var options = new SslClientAuthenticationOptions();
        if (trusts)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(AuthorityCertificate);
            policy.CustomTrustStore.Add(Root.Certificate);
            options.CertificateChainPolicy = policy;
        }

        return new SocketsHttpHandler { Proxy = new WebProxy("127.0.0.1", ProxyPort), UseProxy = true, SslOptions = options, AllowAutoRedirect = false, UseCookies = false };
    }

    public async Task<IReadOnlyList<EgressRow>> RowsAsync()
    {
        await Log.FlushAsync(CancellationToken.None);
        return Log.Rows(new EgressLogQuery());
    }

    /// <summary>Rows once there are so many: a row is written just after its answer has gone out.</summary>
    public async Task<IReadOnlyList<EgressRow>> RowsAsync(int count)
    {
        for (var i = 0; ; i++)
        {
            var rows = await RowsAsync();
            if (rows.Count >= count || i == 500)
                return rows;
            await Task.Delay(10);
        }
    }

    /// <summary>The first row that is as described, once there is one.</summary>
    public async Task<EgressRow> RowAsync(Func<EgressRow, bool> matches)
    {
        for (var i = 0; ; i++)
        {
            var rows = await RowsAsync();
            if (rows.FirstOrDefault(matches) is { } row)
                return row;
            Assert.True(i < 1000, "no such row among: " + string.Join('\n', rows));
            await Task.Delay(10);
        }
    }

    /// <summary>Makes the next write to the log fail, as a full disk does.</summary>
    public async Task BreakLogAsync()
    {
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_directory, "egress.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TRIGGER full BEFORE INSERT ON egress BEGIN SELECT raise(ABORT, 'database or disk is full'); END";
            command.ExecuteNonQuery();
        }

        Log.Write((await RowsAsync())[0] with { Id = Log.NextId() });
        await Log.FlushAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        foreach (var owned in Enumerable.Reverse(_owned))
            await owned.DisposeAsync();
        if (Log is not null)
            await Log.DisposeAsync();
        _catalog?.Dispose();
        _authority?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private Door Rule(RuleDecision decision, string pattern, string? method, string? path)
    {
        _rules.Add(new Rule
        {
            Id = $"{decision}-{_rules.Count + 1}".ToLowerInvariant(),
            Decision = decision,
            Resources = [HostPattern.Parse(pattern)],
            Methods = method is null ? [] : method.Split(','),
            Path = path is null ? null : PathPattern.Parse(path),
            Scope = RuleScope.Global,
        });
        Publish();
        return this;
    }

    private void Publish() => _policy?.Replace(PolicySnapshot.FromRules(_rules, ++_generation));

    private sealed class NoNames : IUpstreamResolver
    {
        public ValueTask<IReadOnlyList<UpstreamAddress>> ResolveAsync(Authority target, CancellationToken cancellationToken) =>
            target.Host.IsAddress || target.Host.IsHostLoopback
                ? new SystemUpstreamResolver().ResolveAsync(target, cancellationToken)
                : ValueTask.FromResult<IReadOnlyList<UpstreamAddress>>([]);
    }
}
