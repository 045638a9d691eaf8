namespace Sbx.Secrets.Catalog;

/// <summary>
/// Which credentials a sandbox may use: services of the global store that were granted when it was created, and whatever is stored
/// for the sandbox itself. Immutable.
/// </summary>
/// <param name="Sandbox">Name of the sandbox.</param>
/// <param name="GlobalServices">Services it may use from the global store (and from the host's environment).</param>
public sealed record SandboxGrants(string Sandbox, IReadOnlySet<string> GlobalServices);
