namespace Sbx.Protocol.Channel;

/// <summary>Settings of a <see cref="Multiplexer"/>.</summary>
public sealed record MultiplexerOptions
{
    /// <summary>Whether this side is the host (opens odd stream ids) or the guest (even ids).</summary>
    public required bool IsHost { get; init; }

    /// <summary>Bytes that the peer may send on a stream before the reader has taken any. Default 256 KiB.</summary>
    public int StreamWindow { get; init; } = 256 * 1024;

    /// <summary>Streams the peer may hold open at once; more are reset. Default 4096.</summary>
    public int MaxPeerStreams { get; init; } = 4096;
}
