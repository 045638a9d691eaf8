using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;

namespace Sbx.Secrets.Services;

/// <summary>
/// A service whose credential sbx holds: where it is found on the host, what stands for it in the guest, to which hosts it goes and
/// how it is written there. Immutable. Built-in ones come with sbx, own ones from <c>services.yaml</c>.
/// </summary>
public sealed record ServiceDefinition
{
    /// <summary>Name: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Variables of the host it is found in, the preferred one first.</summary>
    public IReadOnlyList<string> HostVariables { get; init; } = [];

    /// <summary>Variables of the guest with their placeholders.</summary>
    public IReadOnlyDictionary<string, string> Placeholders { get; init; } = new Dictionary<string, string>();

    /// <summary>Hosts the credential goes to.</summary>
    public required IReadOnlyList<ServiceEndpoint> Endpoints { get; init; }

    /// <summary>Headers in which a guest could send a credential to these hosts; all are removed. Compared ignoring case.</summary>
    public required IReadOnlyList<string> CarrierHeaders { get; init; }

    /// <summary>Query parameters in which a guest could send one; all are removed. Compared ignoring case, after decoding.</summary>
    public required IReadOnlyList<string> CarrierQuery { get; init; }

    /// <summary>How the credential is put into a request.</summary>
    public ServiceScheme Scheme { get; init; } = ServiceScheme.Header;

    /// <summary>Whether it comes with sbx.</summary>
    public bool BuiltIn { get; init; }

    /// <summary>Every text that stands for the credential in the guest.</summary>
    public IReadOnlyList<string> PlaceholderTexts => [.. Placeholders.Values.Append(PlaceholderText.Default).Distinct(StringComparer.Ordinal)];
}

/// <summary>How a credential is put into a request.</summary>
public enum ServiceScheme
{
    /// <summary>Headers are written; see <see cref="ServiceEndpoint.Headers"/>.</summary>
    Header,

    /// <summary>The request is signed by AWS Signature Version 4.</summary>
    AwsSigV4,

    /// <summary>The placeholder is replaced where it stands in headers and query.</summary>
    Substitute,
}

/// <summary>A host of a service.</summary>
/// <param name="Host">Host, or pattern of hosts; a port limits it to that port, none means 443 only.</param>
/// <param name="PathPrefix">Path it is limited to, such as <c>/v1/</c>; null for every path.</param>
/// <param name="Headers">Headers to write; empty for schemes that write none.</param>
public sealed record ServiceEndpoint(HostPattern Host, string? PathPrefix, IReadOnlyList<HeaderTemplate> Headers)
{
    /// <summary>Whether a destination is this one, the path aside.</summary>
    public bool Matches(Authority target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Host.Matches(target.Host, target.Port) && (Host.Port is not null || target.Port == 443);
    }
}

/// <summary>Encodings of a credential in a header.</summary>
public enum HeaderEncoding
{
    /// <summary>The prefix, then the value.</summary>
    Raw,

    /// <summary><c>Basic</c> and base64 of <c>user:value</c> (RFC 7617).</summary>
    Basic,
}

/// <summary>A header to write.</summary>
/// <param name="Name">Name of the header.</param>
/// <param name="Prefix">Text before the value, such as <c>Bearer </c>; for Basic the user name.</param>
/// <param name="Encoding">How the value is encoded.</param>
public sealed record HeaderTemplate(string Name, string Prefix = "", HeaderEncoding Encoding = HeaderEncoding.Raw);
