using System.Runtime.CompilerServices;
using Sbx.Policies.Hosts;
using Sbx.Policies.Patterns;
using Sbx.Secrets.Aws;
using Sbx.Secrets.Catalog;
using Sbx.Secrets.Services;

namespace Sbx.Secrets.Injection;

/// <summary>
/// Finds the credential for a request by the endpoint it goes to: the right key per host and path, within what the sandbox was
/// granted. Thread-safe.
/// </summary>
public sealed class CredentialResolver
{
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _time;
    private readonly ConditionalWeakTable<ServiceDefinition, CarrierRules> _carriers = [];

    internal CredentialResolver(ISecretSource secrets, TimeProvider time)
    {
        _secrets = secrets;
        _time = time;
    }

    /// <summary>Finds credentials of a catalog.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="time">Clock for signatures; null takes the system's.</param>
    public CredentialResolver(SecretCatalog catalog, TimeProvider? time = null)
        : this((ISecretSource)catalog, time ?? TimeProvider.System)
    {
    }

    /// <summary>The services that are known now; a new object after every change.</summary>
    public ServiceRegistry Services => _secrets.Services;

    /// <summary>
    /// Whether any request to a destination could get a credential, so that TLS has to be opened. Changes when a secret is set or
    /// removed: ask again when <see cref="SecretCatalog.Changed"/> is raised.
    /// </summary>
    public bool IsCredentialed(Authority target, SandboxGrants grants)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(grants);
        foreach (var (service, _) in _secrets.Services.Find(target))
        {
            if (_secrets.Has(service.Name, grants))
                return true;
        }

        return false;
    }

    /// <summary>The credential for a request; null when none is due. The caller disposes it after the answer has ended.</summary>
    /// <param name="target">Destination whose TLS identity is verified before the request is sent. Never use the result over plain HTTP.</param>
    /// <param name="pathAndQuery">Request target in origin form, as it came.</param>
    /// <param name="grants">What the sandbox may use.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SecretException">
    /// There is a credential but it cannot be had (locked keychain, failing command), or the path is not canonical where the service
    /// is limited to paths; refuse the request.
    /// </exception>
    public async ValueTask<CredentialBinding?> ResolveAsync(
        Authority target, string pathAndQuery, SandboxGrants grants, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(pathAndQuery);
        ArgumentNullException.ThrowIfNull(grants);
        foreach (var (service, endpoint) in _secrets.Services.Find(target))
        {
            if (!_secrets.Has(service.Name, grants) || !CoversPath(service, endpoint, pathAndQuery))
                continue;
            var material = await _secrets.AcquireAsync(service.Name, grants, cancellationToken).ConfigureAwait(false);
            if (material is null)
                continue;
            try
            {
                var signer = service.Scheme == ServiceScheme.AwsSigV4 ? AwsSigner.Create(material, _time) : null;
                return new CredentialBinding(service, endpoint, material, _carriers.GetValue(service, s => new CarrierRules(s)), signer);
            }
            catch
            {
                material.Release();
                throw;
            }
        }

        return null;
    }

    private static bool CoversPath(ServiceDefinition service, ServiceEndpoint endpoint, string pathAndQuery)
    {
        if (endpoint.PathPrefix is not { } prefix)
            return true;
        if (!RequestPath.TryCanonicalize(pathAndQuery, out var path, out var problem))
        {
            throw new SecretException(
                SecretErrorKind.Invalid, $"The path of the request is not canonical ({problem}), and the credential of {service.Name} is limited to paths.", "Send the path without dot segments, empty segments and needless encodings.");
        }

        return path.StartsWith(prefix, StringComparison.Ordinal);
    }
}
