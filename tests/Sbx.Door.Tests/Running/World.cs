using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sbx.Egress.Tests.Harness;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Door.Tests.Running;

/// <summary>
/// A home for sandboxes with an internet of its own: web servers on loopback that stand in for public hosts, with certificates of an
/// authority that the daemon is told to trust. Hosts that are not stood in for are the real ones.
/// </summary>
public class World : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly List<WebUpstream> _servers = [];
    private readonly List<string> _map = [];
    private readonly string _files = Directory.CreateTempSubdirectory("sbxd-").FullName;

    internal SandboxHome Home { get; private set; } = null!;

    internal Cli Sbx => Home.Sbx;

    internal string Files => _files;

    public async Task InitializeAsync()
    {
        await StandInAsync();
        var bundle = Path.Combine(_files, "authorities.pem");
        var system = Environment.GetEnvironmentVariable("SSL_CERT_FILE") is { Length: > 0 } own && File.Exists(own) ? await File.ReadAllTextAsync(own) : string.Empty;
        await File.WriteAllTextAsync(bundle, system + "\n" + _authority.Certificate.ExportCertificatePem() + "\n");
        Home = new SandboxHome(new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = bundle,
            ["SBX_TEST_RESOLVE"] = string.Join(',', _map),
            ["SBX_KEYCHAIN"] = "file",
        });
        await PrepareAsync();
    }

    public async Task DisposeAsync()
    {
        await Home.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        Directory.Delete(_files, recursive: true);
    }

    /// <summary>Starts the servers.</summary>
    protected virtual Task StandInAsync() => Task.CompletedTask;

    /// <summary>Makes what the tests share.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    internal async Task<WebUpstream> ServeAsync(RequestDelegate handler, params string[] hosts)
    {
        var server = await WebUpstream.StartAsync(_authority.Issue(hosts), handler);
        _servers.Add(server);
        _map.AddRange(hosts.Select(host => $"{host}:443=127.0.0.1:{server.Port}"));
        return server;
    }

    internal async Task<WebUpstream> ServeWithAsync(X509Certificate2 certificate, RequestDelegate handler, string host)
    {
        var server = await WebUpstream.StartAsync(certificate, handler);
        _servers.Add(server);
        _map.Add($"{host}:443=127.0.0.1:{server.Port}");
        return server;
    }

    internal void MapToNobody(string host) => _map.Add($"{host}:443=127.0.0.1:1");

    /// <summary>Stores a secret as a user does who pipes it in.</summary>
    internal async Task StoreAsync(string service, string value, string? sandbox = null)
    {
        string[] arguments = sandbox is null ? ["secret", "set", service] : ["secret", "set", sandbox, service];
        (await Sbx.RunAsync(arguments, new MemoryStream(Encoding.UTF8.GetBytes(value + "\n")))).Ended(0);
    }

    internal async Task<IReadOnlyList<JsonElement>> RequestsAsync(string sandbox, params string[] options)
    {
        var result = (await Sbx.RunAsync(["policy", "log", sandbox, "--requests", "--json", .. options])).Ended(0);
        return [.. JsonDocument.Parse(result.Output).RootElement.GetProperty("requests").EnumerateArray()];
    }
}
