using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Exec;

/// <summary>Writes whole frames from several tasks. Once the stream is broken, frames are dropped.</summary>
internal sealed class ExecFrameWriter(MultiplexedStream stream) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _isBroken;

    /// <summary>Whether a frame is being written or waits to be.</summary>
    public bool IsBusy => _turn.CurrentCount == 0;

    public async ValueTask WriteAsync<T>(ExecFrameType type, T message, JsonTypeInfo<T> json)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(message, json);
        var frame = new byte[ExecFrame.HeaderSize + payload.Length];
        payload.CopyTo(frame.AsSpan(ExecFrame.HeaderSize));
        await WriteFramedAsync(type, frame).ConfigureAwait(false);
    }

    /// <summary>Writes a frame whose payload lies behind room for the header already.</summary>
    public async ValueTask WriteFramedAsync(ExecFrameType type, Memory<byte> frame)
    {
        frame.Span[0] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(frame.Span[1..], frame.Length - ExecFrame.HeaderSize);
        if (_isBroken)
            return;
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(frame).ConfigureAwait(false);
        }
        catch (IOException)
        {
            _isBroken = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
