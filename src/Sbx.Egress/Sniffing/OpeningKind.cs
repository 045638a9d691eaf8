namespace Sbx.Egress.Sniffing;

/// <summary>What the first bytes of a connection are.</summary>
internal enum OpeningKind
{
    /// <summary>Nothing has come yet.</summary>
    Silent,

    /// <summary>A TLS ClientHello.</summary>
    Tls,

    /// <summary>Starts as TLS or HTTP, and is broken or stops half-way. Not to be taken for <see cref="Raw"/>.</summary>
    Broken,

    /// <summary>A CONNECT request.</summary>
    Connect,

    /// <summary>Another HTTP/1 request.</summary>
    Http,

    /// <summary>The preface of HTTP/2 without TLS (RFC 9113 3.4).</summary>
    Http2Preface,

    /// <summary>Something else.</summary>
    Raw,

    /// <summary>The guest ended the connection before it said anything.</summary>
    Ended,
}

/// <summary>The first bytes of a connection, judged.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Hello">The ClientHello when they are one.</param>
internal readonly record struct Opening(OpeningKind Kind, ClientHello? Hello = null);
