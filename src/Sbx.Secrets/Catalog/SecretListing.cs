namespace Sbx.Secrets.Catalog;

/// <summary>A row of <c>secret ls</c>. Holds nothing secret.</summary>
/// <param name="Scope"><c>(global)</c> or the sandbox's name.</param>
/// <param name="Service">Service.</param>
/// <param name="Secret">The masked value, or what gives it: <c>(command)</c>, <c>(ref op://…)</c>, <c>(unreadable)</c>.</param>
/// <param name="Kind"><c>value</c>, <c>command</c> or <c>ref</c>.</param>
/// <param name="Custom">Whether the service is a custom secret (<c>secret set-custom</c>).</param>
public sealed record SecretListing(string Scope, string Service, string Secret, string Kind, bool Custom);

/// <summary>A credential found in the host's environment.</summary>
/// <param name="Service">Service.</param>
/// <param name="Variable">Variable of the host it stands in.</param>
/// <param name="Secret">The masked value.</param>
/// <param name="Stored">Whether the global store has a value for the service, which goes first.</param>
public sealed record EnvironmentSecret(string Service, string Variable, string Secret, bool Stored);

/// <summary>A credential a sandbox can use now.</summary>
/// <param name="Service">Service.</param>
/// <param name="Origin"><c>global</c>, <c>sandbox</c> or <c>environment</c>.</param>
public sealed record UsableService(string Service, string Origin);
