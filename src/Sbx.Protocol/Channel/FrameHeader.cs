using System.Buffers.Binary;

namespace Sbx.Protocol.Channel;

/// <summary>
/// The twelve bytes before each payload: magic (2), type (1), zero (1), stream id (4), payload length (4), little-endian.
/// </summary>
internal readonly record struct FrameHeader(FrameType Type, uint StreamId, int Length)
{
    public const int Size = 12;
    public const int MaxPayload = 64 * 1024;
    private const ushort Magic = 0x5B58;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, Magic);
        target[2] = (byte)Type;
        target[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], StreamId);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Length);
    }

    /// <exception cref="ChannelProtocolException">The bytes are not a header this version could have written.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(source) != Magic || source[3] != 0)
            throw new ChannelProtocolException("a frame does not start with the channel's magic number");
        var type = (FrameType)source[2];
        if (type is < FrameType.Open or > FrameType.Hello)
            throw new ChannelProtocolException($"frame type {source[2]} is unknown");
        var length = BinaryPrimitives.ReadInt32LittleEndian(source[8..]);
        if (length is < 0 or > MaxPayload)
            throw new ChannelProtocolException($"a frame of {length} bytes is outside 0 to {MaxPayload}");
        return new FrameHeader(type, BinaryPrimitives.ReadUInt32LittleEndian(source[4..]), length);
    }
}
