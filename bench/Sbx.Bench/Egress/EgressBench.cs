using System.Diagnostics;
using System.Globalization;

namespace Sbx.Bench.Egress;

/// <summary>
/// Compares ways from a client to a destination with TLS on both sides: directly, through the gateway, through a bare YARP, squid and
/// mitmdump. All run at once, each in a process of its own, and each round measures one after the other; client and origin share the
/// machine with them. <c>egress [SECONDS [ROUNDS [WAY...]]]</c> runs it.
/// </summary>
internal static class EgressBench
{
    private static readonly string[] Ways = ["direct", "ours", "yarp", "squid", "mitmdump"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["serve", var role, var directory, var origin])
            return await ServeAsync(role, directory, int.Parse(origin, CultureInfo.InvariantCulture));
        var seconds = TimeSpan.FromSeconds(arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 3);
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        var home = Directory.CreateTempSubdirectory("sbx-bench-egress-").FullName;
        var processes = new List<Process>();
        try
        {
            BenchCertificates.Create(home);
            var (originProcess, originPort) = await StartRoleAsync("origin", home, 0);
            processes.Add(originProcess);
            Console.WriteLine($"{Environment.ProcessorCount} processors, load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}, {rounds} rounds of {seconds.TotalSeconds:0.#} s, medians (best)");
            var ways = new List<EgressFigures>();
            foreach (var name in arguments.Length > 2 ? arguments[2..] : Ways)
            {
                try
                {
                    ways.Add(new EgressFigures(name, await StartWayAsync(name, home, originPort, processes)));
                }
                catch (InvalidOperationException exception)
                {
                    Console.WriteLine($"{name} is left out: {exception.Message}");
                }
            }

            for (var round = 0; round < rounds; round++)
            {
                foreach (var way in ways)
                    await way.MeasureAsync(seconds);
            }

            EgressFigures.Print(ways, Console.Out);
            return 0;
        }
        finally
        {
            foreach (var process in processes.Where(process => !process.HasExited))
                process.Kill();
            OtherProxies.CleanUp();
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task<LoadClient> StartWayAsync(string name, string home, int originPort, List<Process> processes)
    {
        switch (name)
        {
            case "direct":
                return new LoadClient(originPort, null, "localhost");
            case "ours":
            case "yarp":
                var (process, port) = await StartRoleAsync(name, home, originPort);
                processes.Add(process);
                return name == "ours" ? new LoadClient(port, BenchCertificates.Host + ":443", BenchCertificates.Host) : new LoadClient(port, null, "localhost");
            default:
                var (other, otherPort) = name == "squid" ? await OtherProxies.StartSquidAsync(home) : await OtherProxies.StartMitmdumpAsync(home);
                processes.Add(other);
                return new LoadClient(otherPort, $"localhost:{originPort}", $"localhost:{originPort}");
        }
    }

    private static async Task<(Process Process, int Port)> StartRoleAsync(string role, string home, int originPort)
    {
        string[] arguments = ["egress", "serve", role, home, originPort.ToString(CultureInfo.InvariantCulture)];
        var assembly = typeof(EgressBench).Assembly.Location;
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [assembly, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{role} did not start");
        return (process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    private static async Task<int> ServeAsync(string role, string directory, int originPort)
    {
        Console.WriteLine(role switch
        {
            "origin" => await Origin.StartAsync(directory),
            "ours" => await OursProxy.StartAsync(directory, originPort),
            _ => await YarpProxy.StartAsync(directory, originPort),
        });
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
