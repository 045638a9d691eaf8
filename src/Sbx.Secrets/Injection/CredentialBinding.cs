using Sbx.Secrets.Services;

namespace Sbx.Secrets.Injection;

/// <summary>Receives the headers of a credential; sets them on the request about to be sent and keeps no copy.</summary>
/// <param name="name">Header name.</param>
/// <param name="value">Header value, secret.</param>
public delegate void HeaderWriter(string name, string value);

/// <summary>
/// The credential for one request: what to remove from the guest's request, what to write, what to mask in the answer. Keeps the
/// secret alive until disposed; dispose it when the answer has ended, not before. Thread-safe.
/// </summary>
public sealed class CredentialBinding : IDisposable
{
    private readonly SecretMaterial _material;
    private readonly CarrierRules _carriers;
    private int _disposed;

    internal CredentialBinding(ServiceDefinition service, ServiceEndpoint endpoint, SecretMaterial material, CarrierRules carriers, ICredentialSigner? signer)
    {
        Service = service;
        Endpoint = endpoint;
        Signer = signer;
        _material = material;
        _carriers = carriers;
    }

    /// <summary>The service, for the log.</summary>
    public ServiceDefinition Service { get; }

    /// <summary>Which of its hosts.</summary>
    public ServiceEndpoint Endpoint { get; }

    /// <summary>Where the value came from, for the log: <c>global</c>, <c>sandbox</c> or <c>environment</c>.</summary>
    public string Origin => _material.Origin;

    /// <summary>Signs the request where the scheme asks for that; else null.</summary>
    public ICredentialSigner? Signer { get; }

    /// <summary>The forms of the live value to look for in the answer.</summary>
    public MaskForms MaskForms => _material.Forms;

    /// <summary>Judges a header of the guest's request. For <see cref="ServiceScheme.Substitute"/> see <see cref="Substitute"/>.</summary>
    /// <param name="name">Header name, in any case.</param>
    /// <param name="value">Header value.</param>
    public CarrierVerdict InspectHeader(string name, string value) => _carriers.InspectHeader(name, value);

    /// <summary>Removes every query parameter that carries a credential, in any spelling.</summary>
    /// <param name="pathAndQuery">Request target in origin form.</param>
    /// <param name="verdict">The worst that was found.</param>
    /// <returns>The target to send; the same string when nothing was removed.</returns>
    public string StripQuery(string pathAndQuery, out CarrierVerdict verdict) => _carriers.StripQuery(pathAndQuery, out verdict);

    /// <summary>Writes the credential's headers. Call after every carrier was removed. Does nothing for signing or substituting schemes.</summary>
    /// <exception cref="SecretException">The value cannot stand in a header.</exception>
    public void WriteHeaders(HeaderWriter write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (Service.Scheme != ServiceScheme.Header)
            return;
        foreach (var header in Endpoint.Headers)
            write(header.Name, _material.Header(header));
    }

    /// <summary>
    /// For <see cref="ServiceScheme.Substitute"/>: a header value or request target with the placeholder replaced (in a target
    /// percent-encoded), or the same string when it has none.
    /// </summary>
    /// <param name="text">Header value or request target.</param>
    /// <param name="isTarget">Whether it is a request target.</param>
    public string Substitute(string text, bool isTarget)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Service.Scheme == ServiceScheme.Substitute ? Substitution.Apply(text, Service.PlaceholderTexts, _material.Value, isTarget) : text;
    }

    /// <summary>Lets go of the secret; it is zeroed once it was replaced and no other request uses it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _material.Release();
    }
}
