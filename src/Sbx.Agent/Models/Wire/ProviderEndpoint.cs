namespace Sbx.Agent.Models.Wire;

/// <summary>Where a provider is and what it is to be shown.</summary>
/// <param name="Name">For messages.</param>
/// <param name="BaseUrl">Without a slash at the end.</param>
/// <param name="Key">The key, or a placeholder that the sandbox's proxy replaces; null for none.</param>
/// <param name="KeyVariable">The variable it comes from.</param>
/// <param name="Secret">Its name for <c>sbx secret set</c>; null when it is no built-in one.</param>
internal sealed record ProviderEndpoint(string Name, string BaseUrl, string? Key, string? KeyVariable, string? Secret)
{
    /// <summary>What to do when the provider does not accept the key.</summary>
    public string KeyHint() => (Secret, KeyVariable) switch
    {
        (null, null) => "set 'token_key' of the provider or model to the environment variable that holds its key",
        (null, _) => $"on the host: sbx secret set-custom --host {Host} --env {KeyVariable}",
        _ => $"on the host: sbx secret set {Secret}",
    };

    private string Host => Uri.TryCreate(BaseUrl, UriKind.Absolute, out var uri) ? uri.Host : BaseUrl;
}
