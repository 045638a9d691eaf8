using Sbx.Egress.Tls;
using Sbx.Policies.Evaluation;
using Sbx.Secrets.Catalog;
using Sbx.Secrets.Injection;

namespace Sbx.Egress;

/// <summary>What the gateway has to know of a sandbox.</summary>
public sealed record SandboxEgressOptions
{
    /// <summary>Identity that no other sandbox ever had.</summary>
    public required string Id { get; init; }

    /// <summary>Name, as in rules and in the log.</summary>
    public required string Name { get; init; }

    /// <summary>Its certificate authority, which the guest trusts. Disposed by its owner, after the sandbox was removed.</summary>
    public required SandboxAuthority Authority { get; init; }

    /// <summary>The policy in force.</summary>
    public required IPolicySource Policy { get; init; }

    /// <summary>Finds credentials; null when the sandbox gets none.</summary>
    public CredentialResolver? Credentials { get; init; }

    /// <summary>What the sandbox may use of them.</summary>
    public SandboxGrants? Grants { get; init; }

    /// <summary>
    /// Whether a request to a credentialed host that carries a credential sbx did not issue goes on without it. False refuses it.
    /// </summary>
    public bool ForeignCredentialsDropped { get; init; }

    /// <summary>Whether TLS is opened for every allowed host, so that each request is seen in the log.</summary>
    public bool InspectEverything { get; init; }
}
