using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sbx.Bench.Egress;

/// <summary>Programs of Debian's that open TLS: mitmdump, and squid with ssl-bump.</summary>
internal static class OtherProxies
{
    private static readonly string SquidService = $"sbxbench{Environment.ProcessId}";

    /// <summary>Removes what squid leaves outside its directory when it is killed.</summary>
    public static void CleanUp()
    {
        foreach (var file in Directory.GetFiles("/dev/shm", SquidService + "-*"))
            File.Delete(file);
    }

    /// <summary>Starts mitmdump, which then passes bodies on as they come.</summary>
    /// <exception cref="InvalidOperationException">It is not installed, or does not start; the message says which.</exception>
    public static Task<(Process Process, int Port)> StartMitmdumpAsync(string directory)
    {
        var port = FreePort();
        return StartAsync(
            "mitmdump", ["-q", "--listen-host", "127.0.0.1", "-p", $"{port}", "--set", "ssl_insecure=true", "--set", $"confdir={directory}/mitm", "--set", "stream_large_bodies=1"], port);
    }

    /// <summary>Starts squid, which then opens every tunnel.</summary>
    /// <exception cref="InvalidOperationException">It is not installed, or does not start; the message says which.</exception>
    public static async Task<(Process Process, int Port)> StartSquidAsync(string directory)
    {
        var port = FreePort();
        var home = Path.Combine(directory, "squid");
        Directory.CreateDirectory(home);
        const string Helper = "/usr/lib/squid/security_file_certgen";
        if (!File.Exists(Helper))
            throw new InvalidOperationException("not installed (Debian's package squid-openssl)");
        await RunAsync(Helper, "-c", "-s", $"{home}/certs", "-M", "4MB");
        // Started by root, squid insists on being someone else, who must reach its files.
        var user = Environment.UserName;
        if (Environment.IsPrivilegedProcess)
        {
            user = "proxy";
            await RunAsync("chown", "-R", "proxy:", home);
            File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        await File.WriteAllTextAsync(Path.Combine(home, "squid.conf"), $"""
            http_port 127.0.0.1:{port} ssl-bump cert={directory}/root-with-key.pem generate-host-certificates=on dynamic_cert_mem_cache_size=4MB
            sslcrtd_program {Helper} -s {home}/certs -M 4MB
            acl step1 at_step SslBump1
            ssl_bump peek step1
            ssl_bump bump all
            sslproxy_cert_error allow all
            tls_outgoing_options flags=DONT_VERIFY_PEER
            http_access allow all
            cache deny all
            access_log stdio:{home}/access.log
            cache_log {home}/cache.log
            pid_filename {home}/squid.pid
            coredump_dir {home}
            cache_effective_user {user}
            shutdown_lifetime 1 seconds
            """);
        // Its shared memory is named after the service, and stays when it is killed.
        return await StartAsync("squid", ["-N", "-n", SquidService, "-f", $"{home}/squid.conf"], port);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {error.Trim()}");
    }

    private static async Task<(Process Process, int Port)> StartAsync(string program, string[] arguments, int port)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments))!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("not installed");
        }

        for (var i = 0; i < 300 && !process.HasExited; i++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return (process, port);
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }

        if (process.HasExited)
            throw new InvalidOperationException($"ended with {process.ExitCode} instead of listening");
        process.Kill();
        throw new InvalidOperationException("does not listen after 30 seconds");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
