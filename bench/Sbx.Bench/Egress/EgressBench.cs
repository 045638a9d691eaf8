using System.Diagnostics;
using System.Globalization;

namespace Sbx.Bench.Egress;

/// <summary>
/// Compares ways from a client to a destination with TLS on both sides: directly, through the gateway, through a bare YARP, mitmdump and
/// squid. Each runs in a process of its own, one after the other in one run; client and origin share the machine with them.
/// <c>egress [SECONDS]</c> runs it.
/// </summary>
internal static class EgressBench
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["serve", var role, var directory, var origin])
            return await ServeAsync(role, directory, int.Parse(origin, CultureInfo.InvariantCulture));
        var seconds = TimeSpan.FromSeconds(arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 5);
        var home = Directory.CreateTempSubdirectory("sbx-bench-egress-").FullName;
        var processes = new List<Process>();
        try
        {
            BenchCertificates.Create(home);
            var (originProcess, originPort) = await StartRoleAsync("origin", home, 0);
            processes.Add(originProcess);
            Console.WriteLine($"{Environment.ProcessorCount} processors, load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}");
            Console.WriteLine("way        conn=1: req/s   p50 ms   p99 ms   conn=32: req/s   p50 ms   p99 ms   new conn/s     MB/s   event p50   p99 ms");
            await MeasureAsync("direct", new LoadClient(originPort, null, "localhost"), seconds);
            foreach (var (way, tunnel) in ((string, string?)[])[("ours", BenchCertificates.Host + ":443"), ("yarp", null)])
            {
                var (process, port) = await StartRoleAsync(way, home, originPort);
                processes.Add(process);
                await MeasureAsync(way, new LoadClient(port, tunnel, tunnel is null ? "localhost" : BenchCertificates.Host), seconds);
                process.Kill();
            }

            foreach (var (name, start) in ((string, Func<string, Task<(Process, int)?>>)[])[("squid", OtherProxies.StartSquidAsync), ("mitmdump", OtherProxies.StartMitmdumpAsync)])
            {
                if (await start(home) is not (var process, var port))
                {
                    Console.WriteLine($"{name,-9}  not installed");
                    continue;
                }

                processes.Add(process);
                await MeasureAsync(name, new LoadClient(port, $"localhost:{originPort}", $"localhost:{originPort}"), seconds);
                process.Kill();
            }

            return 0;
        }
        finally
        {
            foreach (var process in processes.Where(process => !process.HasExited))
                process.Kill();
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task MeasureAsync(string name, LoadClient client, TimeSpan duration)
    {
        try
        {
            await client.KeepAliveAsync(32, TimeSpan.FromSeconds(2));
            var one = await client.KeepAliveAsync(1, duration);
            var many = await client.KeepAliveAsync(32, duration);
            var fresh = await client.NewConnectionsAsync(duration);
            var download = await client.DownloadAsync();
            var events = await client.EventDelayAsync();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-9}  {one.PerSecond,13:0} {one.P50,8:0.00} {one.P99,8:0.00}   {many.PerSecond,14:0} {many.P50,8:0.00} {many.P99,8:0.00} {fresh,12:0} {download,8:0} {events.P50,11:0.00} {events.P99,8:0.00}"));
        }
        catch (IOException exception)
        {
            Console.WriteLine($"{name,-9}  failed: {exception.Message}");
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
