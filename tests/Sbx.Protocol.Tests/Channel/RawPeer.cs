using Sbx.Protocol.Channel;

namespace Sbx.Protocol.Tests.Channel;

/// <summary>A peer that writes any frame, also those that no multiplexer would.</summary>
internal sealed class RawPeer(Stream wire)
{
    /// <summary>Introduces itself and reads the answer.</summary>
    public async Task HelloAsync(uint version = Multiplexer.Version)
    {
        await SendAsync(FrameType.Hello, 0, BitConverter.GetBytes(version));
        await wire.ReadExactlyAsync(new byte[FrameHeader.Size + 4], ChannelPair.Limit());
    }

    public async Task SendAsync(FrameType type, uint id, byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(type, id, payload.Length).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        await wire.WriteAsync(frame, ChannelPair.Limit());
    }
}
