using Sbx.Policies.Hosts;

namespace Sbx.Egress.Sniffing;

/// <summary>What the first message of a TLS client says about where it wants to go.</summary>
/// <param name="ServerName">The server name indication (RFC 6066 3), or null when there is none.</param>
/// <param name="IsEncrypted">Whether the real name may be hidden in an encrypted hello (RFC 9849); also when that is only grease.</param>
internal sealed record ClientHello(HostName? ServerName, bool IsEncrypted);

/// <summary>How far the bytes at hand are a ClientHello.</summary>
internal enum ClientHelloStatus
{
    /// <summary>A good beginning; more bytes are needed.</summary>
    Incomplete,

    /// <summary>A whole ClientHello.</summary>
    Complete,

    /// <summary>Starts like TLS but breaks its rules, or is larger than <see cref="ClientHelloParser.MaximumLength"/>.</summary>
    Invalid,
}
