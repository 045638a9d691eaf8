using System.Text.Json;
using Sbx.Api.Contracts;
using Sbx.Protocol.Messages;

namespace Sbx.Api.Client;

/// <summary>
/// A process in a sandbox, as frames. One reader and any number of senders may work at the same time. Disposing before the
/// process has ended hangs it up.
/// </summary>
public sealed class ExecSession : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly ExecFrameReader _reader;
    private readonly SemaphoreSlim _sending = new(1, 1);

    internal ExecSession(Stream stream)
    {
        _stream = stream;
        _reader = new ExecFrameReader(stream);
    }

    /// <summary>The next frame: Started or Error first, then output, Exit last; null when the connection ended without one.</summary>
    public ValueTask<ExecFrame?> ReadAsync(CancellationToken cancellationToken) => _reader.ReadAsync(cancellationToken);

    /// <summary>Sends bytes to stdin, in frames of at most 64 KiB.</summary>
    public async ValueTask WriteStdinAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var part = bytes[..Math.Min(bytes.Length, ExecFrame.MaxPayload)];
            await SendAsync(ExecFrameType.Stdin, part, cancellationToken).ConfigureAwait(false);
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Closes stdin.</summary>
    public ValueTask CloseStdinAsync(CancellationToken cancellationToken) => SendAsync(ExecFrameType.Stdin, default, cancellationToken);

    /// <summary>Sends a Linux signal to the process's group.</summary>
    public ValueTask SignalAsync(int number, CancellationToken cancellationToken) =>
        SendAsync(ExecFrameType.Signal, JsonSerializer.SerializeToUtf8Bytes(new ExecSignal(number), ExecRequestJson.Default.ExecSignal), cancellationToken);

    /// <summary>Tells the terminal its new size.</summary>
    public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellationToken) =>
        SendAsync(ExecFrameType.Resize, JsonSerializer.SerializeToUtf8Bytes(new ExecResize(columns, rows), ExecRequestJson.Default.ExecResize), cancellationToken);

    /// <summary>Ends the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _sending.Dispose();
    }

    private async ValueTask SendAsync(ExecFrameType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ExecFrame.WriteAsync(_stream, type, payload, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }
}
