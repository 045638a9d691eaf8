using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Sbx.Bench.Egress;

/// <summary>Sends HTTP/1.1 over TLS, directly or through a CONNECT tunnel, with as little work of its own as can be.</summary>
/// <param name="Port">Port of the server or proxy.</param>
/// <param name="Tunnel">Target of CONNECT; null for a direct connection.</param>
/// <param name="Host">Value of Host.</param>
internal sealed record LoadClient(int Port, string? Tunnel, string Host)
{
    public async Task<(double PerSecond, double P50, double P99)> KeepAliveAsync(int connections, TimeSpan duration)
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => ConnectAsync()));
        foreach (var stream in streams)
            await GetAsync(stream, "/");
        var start = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(streams.Select(stream => Task.Run(async () =>
        {
            var mine = new List<double>(10_000);
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                var before = Stopwatch.GetTimestamp();
                await GetAsync(stream, "/");
                mine.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            }

            return mine;
        })));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var stream in streams)
            await stream.DisposeAsync();
        var all = times.SelectMany(time => time).Order().ToList();
        return (all.Count / elapsed, all[all.Count / 2], all[(int)(all.Count * 0.99)]);
    }

    public async Task<double> NewConnectionsAsync(TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                await using var stream = await ConnectAsync();
                await GetAsync(stream, "/");
                count++;
            }

            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public async Task<double> DownloadAsync()
    {
        await using var stream = await ConnectAsync();
        var start = Stopwatch.GetTimestamp();
        await GetAsync(stream, "/download");
        return Origin.DownloadBytes / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Milliseconds from the origin's write to the client's read, in the middle and at the 99th percentile.</summary>
    public async Task<(double P50, double P99)> EventDelayAsync()
    {
        await using var stream = await ConnectAsync();
        await SendAsync(stream, "/events");
        var delays = new List<double>();
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (delays.Count < Origin.Events)
        {
            var read = await stream.ReadAsync(buffer);
            var now = Stopwatch.GetTimestamp();
            if (read == 0)
                break;
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            for (int end; (end = text.ToString().IndexOf("\n\n", StringComparison.Ordinal)) >= 0; text.Remove(0, end + 2))
            {
                var line = text.ToString(0, end);
                var at = line.IndexOf("data: ", StringComparison.Ordinal);
                if (at >= 0)
                    delays.Add((now - long.Parse(line.AsSpan(at + 6), CultureInfo.InvariantCulture)) * 1000.0 / Stopwatch.Frequency);
            }
        }

        delays.Sort();
        return (delays[delays.Count / 2], delays[(int)(delays.Count * 0.99)]);
    }

    private async Task<SslStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (Tunnel is not null)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {Tunnel} HTTP/1.1\r\nHost: {Tunnel}\r\n\r\n"));
            var head = new byte[4096];
            var length = 0;
            while (head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
                length += await stream.ReadAsync(head.AsMemory(length)) is > 0 and var read ? read : throw new IOException("the proxy closed");
        }

        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Host.Split(':')[0], RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return tls;
    }

    private Task SendAsync(SslStream stream, string path) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {Host}\r\nUser-Agent: bench\r\n\r\n")).AsTask();

    private async Task GetAsync(SslStream stream, string path)
    {
        await SendAsync(stream, path);
        var buffer = new byte[64 * 1024];
        var length = 0;
        int end;
        while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
            length += await stream.ReadAsync(buffer.AsMemory(length)) is > 0 and var read ? read : throw new IOException("the proxy closed");
        var head = Encoding.ASCII.GetString(buffer, 0, end);
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            throw new IOException(head);
        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) + 16;
        var rest = long.Parse(head[at..].Split('\r')[0], CultureInfo.InvariantCulture) - (length - end - 4);
        while (rest > 0)
            rest -= await stream.ReadAsync(buffer) is > 0 and var read ? read : throw new IOException("the proxy closed");
    }
}
