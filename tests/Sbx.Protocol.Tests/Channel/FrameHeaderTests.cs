using FsCheck.Xunit;
using Sbx.Protocol.Channel;

namespace Sbx.Protocol.Tests.Channel;

public sealed class FrameHeaderTests
{
    [Property]
    public bool What_is_written_is_read_back(uint id, ushort length, byte type)
    {
        var header = new FrameHeader((FrameType)(1 + type % 6), id, length);
        var bytes = new byte[FrameHeader.Size];
        header.Write(bytes);
        return FrameHeader.Read(bytes) == header;
    }

    [Property(MaxTest = 1000)]
    public bool Any_twelve_bytes_are_refused_or_are_a_frame_within_the_bounds(ulong first, uint second, bool withMagic)
    {
        var bytes = new byte[FrameHeader.Size];
        BitConverter.TryWriteBytes(bytes, first);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), second);
        if (withMagic)
            (bytes[0], bytes[1], bytes[3]) = (0x58, 0x5B, 0);
        try
        {
            var header = FrameHeader.Read(bytes);
            return header.Length is >= 0 and <= FrameHeader.MaxPayload && Enum.IsDefined(header.Type);
        }
        catch (ChannelProtocolException)
        {
            return true;
        }
    }
}
