namespace Sbx.Egress;

/// <summary>Bounds on what a guest may use up at the proxy, and how long it is waited for.</summary>
public sealed record EgressLimits
{
    /// <summary>Connections of one sandbox open at a time; more are closed at once.</summary>
    public int ConnectionsPerSandbox { get; init; } = 1024;

    /// <summary>How long a client has to begin, and to complete, a request head or a TLS handshake.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a captured connection may be silent before the destination is dialled to see whether it speaks first.</summary>
    public TimeSpan ServerFirst { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a captured connection to a refused destination may be silent before it is closed. A client that begins meanwhile is
    /// told why in its own protocol.
    /// </summary>
    public TimeSpan RefusedSilence { get; init; } = TimeSpan.FromMilliseconds(900);

    /// <summary>How long a destination has to accept a connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a request may go without a byte in either direction. Models think for minutes.</summary>
    public TimeSpan Activity { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long an idle keep-alive connection of a client is kept.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Total size of request headers, in bytes.</summary>
    public int RequestHeadersBytes { get; init; } = 64 * 1024;

    /// <summary>Total size of answer headers, in kibibytes.</summary>
    public int ResponseHeadersKilobytes { get; init; } = 128;

    /// <summary>Concurrent streams of one HTTP/2 connection.</summary>
    public int StreamsPerConnection { get; init; } = 128;

    /// <summary>Largest request body that is held in memory, where a signature or a replaced placeholder needs all of it.</summary>
    public int BufferedBodyBytes { get; init; } = 64 * 1024 * 1024;
}
