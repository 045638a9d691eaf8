using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Sbx.Bench.Peers;

/// <summary>The few words of QEMU's control protocol that a restore needs.</summary>
internal sealed class Qmp(Socket socket) : IDisposable
{
    private readonly StreamReader _reader = new(new NetworkStream(socket), Encoding.UTF8);

    /// <summary>Greets.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync("""{"execute":"qmp_capabilities"}""", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Loads the state of an open descriptor and lets the guest run.</summary>
    public async Task RestoreAsync(int descriptor, CancellationToken cancellationToken)
    {
        await RunAsync(
            """{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"x-ignore-shared","state":true},{"capability":"events","state":true}]}}""",
            cancellationToken).ConfigureAwait(false);
        await SendAsync($$$"""{"execute":"migrate-incoming","arguments":{"uri":"fd:{{{descriptor}}}"}}""", cancellationToken).ConfigureAwait(false);
        await ReadUntilAsync(
            message => message.TryGetProperty("event", out var name) && name.GetString() == "MIGRATION" && message.GetProperty("data").GetProperty("status").GetString() == "completed",
            cancellationToken).ConfigureAwait(false);
        await RunAsync("""{"execute":"cont"}""", cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _reader.Dispose();

    private async Task RunAsync(string command, CancellationToken cancellationToken)
    {
        await SendAsync(command, cancellationToken).ConfigureAwait(false);
        await ReadUntilAsync(message => message.TryGetProperty("return", out _), cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(string command, CancellationToken cancellationToken) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(command + "\n"), cancellationToken).ConfigureAwait(false);

    private async Task ReadUntilAsync(Func<JsonElement, bool> wanted, CancellationToken cancellationToken)
    {
        while (await _reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.TryGetProperty("error", out var error))
                throw new InvalidOperationException($"QEMU refused: {error}");
            if (wanted(document.RootElement))
                return;
        }

        throw new InvalidOperationException("QEMU closed its control connection");
    }
}
