namespace Sbx.Protocol.Channel;

/// <summary>The peer sent what the protocol does not allow; the whole channel is given up.</summary>
/// <param name="message">What was wrong.</param>
public sealed class ChannelProtocolException(string message) : IOException(message);

/// <summary>The channel ended (peer gone, machine stopped) while a stream was open or being opened.</summary>
/// <param name="message">Why it ended.</param>
/// <param name="inner">The failure of the transport, if there was one.</param>
public sealed class ChannelClosedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The peer refused or reset one stream; the channel itself goes on.</summary>
/// <param name="message">The peer's reason.</param>
public sealed class StreamResetException(string message) : IOException(message);
