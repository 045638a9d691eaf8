namespace Sbx.Protocol.Channel;

/// <summary>The kinds of frame on the channel. Values are the wire values.</summary>
internal enum FrameType : byte
{
    /// <summary>Opens a stream; the payload is the UTF-8 name of the service asked for.</summary>
    Open = 1,

    /// <summary>Bytes of a stream, within the window the receiver granted.</summary>
    Data = 2,

    /// <summary>Grants more window; the payload is a little-endian 32-bit count of bytes.</summary>
    Window = 3,

    /// <summary>The sender writes no more on this stream (half close).</summary>
    Finish = 4,

    /// <summary>The sender is done with the stream in both directions; the payload is a UTF-8 reason.</summary>
    Reset = 5,

    /// <summary>The first frame in each direction; the payload is the protocol version.</summary>
    Hello = 6,
}
