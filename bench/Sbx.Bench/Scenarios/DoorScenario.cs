using System.Globalization;
using Sbx.Bench.Egress;
using Sbx.Bench.Measuring;
using Sbx.Bench.Processes;

namespace Sbx.Bench.Scenarios;

/// <summary>The whole way out of a machine, to a server on this host: as a tunnel, and opened by a rule for paths.</summary>
internal sealed class DoorScenario : IScenario
{
    private const string Resolve = "SBX_TEST_RESOLVE";
    private const string Certificates = "SSL_CERT_FILE";

    // Prints the median of 200 requests on one connection in milliseconds, then the download in MB/s.
    private const string Client = """
        import http.client, os, ssl, statistics, sys, time
        context = ssl.create_default_context(cafile=os.environ['SSL_CERT_FILE'])
        c = http.client.HTTPSConnection(sys.argv[1], int(sys.argv[2]), context=context, timeout=120)
        if len(sys.argv) > 3: c.set_tunnel(sys.argv[3], 443)
        times = []
        for i in range(220):
            began = time.perf_counter(); c.request('GET', '/json'); c.getresponse().read(); times.append(time.perf_counter() - began)
        print(1000 * statistics.median(times[20:]))
        began = time.perf_counter(); c.request('GET', '/download'); answer = c.getresponse(); size = 0
        while part := answer.read(1 << 20): size += len(part)
        print(size / 1e6 / (time.perf_counter() - began))
        """;

    public string Name => "door";

    public string Title => "requests of 1 KB and a download of 256 MB from inside a machine, TLS, one client in Python";

    public async Task RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(context.Settings.Work, "door")).FullName;
        BenchCertificates.Create(directory);
        var port = await Origin.StartAsync(directory).ConfigureAwait(false);
        var (resolve, certificates) = (Environment.GetEnvironmentVariable(Resolve), Environment.GetEnvironmentVariable(Certificates));
        await RestartAsync(context, $"{BenchCertificates.Host}:443=127.0.0.1:{port}", Path.Combine(directory, "root.pem"), cancellationToken).ConfigureAwait(false);
        try
        {
            await MeasureAsync(context, port, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await context.Sbx.RemoveAsync(CancellationToken.None, "bench-door").ConfigureAwait(false);
            await RestartAsync(context, resolve, certificates, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task MeasureAsync(BenchContext context, int port, CancellationToken cancellationToken)
    {
        var (host, tunnel, opened) = (new Samples("ms"), new Samples("ms"), new Samples("ms"));
        var (hostRate, tunnelRate, openedRate) = (new Samples("MB/s", true), new Samples("MB/s", true), new Samples("MB/s", true));
        await context.Sbx.CreateAsync("bench-door", cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < Math.Min(3, context.Settings.Rounds); round++)
        {
            Add(await Command.RunAsync(["python3", "-c", Client, "localhost", port.ToString(CultureInfo.InvariantCulture)], cancellationToken).ConfigureAwait(false), host, hostRate);
            await context.Sbx.RunAsync(cancellationToken, "policy", "allow", "network", BenchCertificates.Host, "--sandbox", "bench-door").ConfigureAwait(false);
            Add(await InsideAsync(context, cancellationToken).ConfigureAwait(false), tunnel, tunnelRate);
            await context.Sbx.RunAsync(cancellationToken, "policy", "allow", "network", BenchCertificates.Host, "--method", "GET", "--path", "/**", "--sandbox", "bench-door").ConfigureAwait(false);
            Add(await InsideAsync(context, cancellationToken).ConfigureAwait(false), opened, openedRate);
            await context.Sbx.RunAsync(
                cancellationToken, "policy", "rm", "network", "--resource", BenchCertificates.Host, "--method", "GET", "--path", "/**", "--sandbox", "bench-door", "--force").ConfigureAwait(false);
            await context.Sbx.RunAsync(cancellationToken, "policy", "rm", "network", "--resource", BenchCertificates.Host, "--sandbox", "bench-door", "--force").ConfigureAwait(false);
        }

        context.Table.Row("a request, as a tunnel", tunnel, "on the host, direct", host);
        context.Table.Row("a request, opened", opened, "as a tunnel", tunnel);
        context.Table.Row("download, as a tunnel", tunnelRate, "on the host, direct", hostRate);
        context.Table.Row("download, opened", openedRate, "as a tunnel", tunnelRate);
    }

    private static Task<CommandResult> InsideAsync(BenchContext context, CancellationToken cancellationToken) =>
        context.Sbx.RunAsync(cancellationToken, "exec", "bench-door", "python3", "-c", Client, "127.0.0.1", "3128", BenchCertificates.Host);

    private static void Add(CommandResult result, Samples request, Samples download)
    {
        var lines = result.Output.Split('\n');
        request.Add(double.Parse(lines[0], CultureInfo.InvariantCulture));
        download.Add(double.Parse(lines[1], CultureInfo.InvariantCulture));
    }

    // The daemon takes both from the environment it is started in.
    private static async Task RestartAsync(BenchContext context, string? resolve, string? certificates, CancellationToken cancellationToken)
    {
        await context.Sbx.RunAsync(cancellationToken, "daemon", "stop", "--force").ConfigureAwait(false);
        Environment.SetEnvironmentVariable(Resolve, resolve);
        Environment.SetEnvironmentVariable(Certificates, certificates);
    }
}
