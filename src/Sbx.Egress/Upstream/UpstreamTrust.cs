using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sbx.Egress.Upstream;

/// <summary>Which certificates of destinations are good: those of the system, and those of extra authorities.</summary>
internal static class UpstreamTrust
{
    /// <summary>TLS client settings that trust the system's authorities and the given ones.</summary>
    /// <param name="extraAuthorities">Root certificates besides the system's; may be empty.</param>
    public static SslClientAuthenticationOptions ClientOptions(X509Certificate2Collection extraAuthorities)
    {
        var options = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (extraAuthorities.Count == 0)
            return options;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        policy.CustomTrustStore.AddRange(extraAuthorities);
        foreach (var location in (StoreLocation[])[StoreLocation.LocalMachine, StoreLocation.CurrentUser])
        {
            using var store = new X509Store(StoreName.Root, location);
            store.Open(OpenFlags.ReadOnly);
            policy.CustomTrustStore.AddRange(store.Certificates);
        }

        options.CertificateChainPolicy = policy;
        return options;
    }

    /// <summary>Reads the certificates of a PEM file, such as the one that <c>SSL_CERT_FILE</c> names.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It holds no certificates.</exception>
    public static X509Certificate2Collection ReadPem(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates;
    }
}
