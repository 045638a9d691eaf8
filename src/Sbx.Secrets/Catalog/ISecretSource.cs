using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;

namespace Sbx.Secrets.Catalog;

/// <summary>Gives the live secrets a sandbox may use.</summary>
internal interface ISecretSource
{
    /// <summary>The services that are known now.</summary>
    ServiceRegistry Services { get; }

    /// <summary>Whether there is anything to use, without reading it.</summary>
    bool Has(string service, SandboxGrants grants);

    /// <summary>The live secret, acquired for the caller; null when there is none.</summary>
    ValueTask<SecretMaterial?> AcquireAsync(string service, SandboxGrants grants, CancellationToken cancellationToken);
}
