using Sbx.Policies.Hosts;
using Sbx.Secrets.Services;
using Sbx.Secrets.Stores;

namespace Sbx.Secrets.Catalog;

/// <summary>Rows of <c>secret ls</c>.</summary>
internal static class ListingText
{
    public static async Task<SecretListing> DescribeAsync(ISecretStore store, ServiceRegistry services, SecretKey key, CancellationToken cancellationToken)
    {
        var scope = key.Sandbox ?? "(global)";
        var custom = services.Contains(key.Service) && services.Get(key.Service).Scheme == ServiceScheme.Substitute;
        using var entry = await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        using var stored = entry is null ? null : StoredSecret.Decode(entry);
        return stored?.Kind switch
        {
            StoredSecretKind.Value => new(scope, key.Service, stored.Payload.Masked(), "value", custom),
            StoredSecretKind.Command => new(scope, key.Service, "(command)", "command", custom),
            StoredSecretKind.Reference => new(scope, key.Service, $"(ref {Printable.Text(stored.Payload.Reveal(), 60)})", "ref", custom),
            _ => new(scope, key.Service, "(unreadable)", "value", custom),
        };
    }
}
