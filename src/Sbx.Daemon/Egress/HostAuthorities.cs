using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sbx.Api.Errors;

namespace Sbx.Daemon.Egress;

/// <summary>
/// Root certificates that this host trusts besides the public ones, such as that of a company's proxy. The gateway accepts
/// destinations signed by them, and so must the guest, where TLS passes through the door unopened.
/// </summary>
internal static class HostAuthorities
{
    // Where administrators put roots of their own: Debian and its derivatives, Fedora and its.
    private static readonly string[] LocalDirectories = ["/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors"];
    private static readonly string[] SystemBundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

    /// <summary>All certificates of <c>SSL_CERT_FILE</c>, for the gateway.</summary>
    /// <exception cref="SbxException">The file cannot be read.</exception>
    public static X509Certificate2Collection Configured(Func<string, string?> variable)
    {
        var certificates = new X509Certificate2Collection();
        if (variable("SSL_CERT_FILE") is not { Length: > 0 } path)
            return certificates;
        try
        {
            certificates.ImportFromPemFile(path);
            return certificates;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SbxException(ErrorCode.HostPrerequisite, $"SSL_CERT_FILE names {path}, which cannot be read: {e.Message}", "correct or unset it, then: sbx daemon stop", e);
        }
    }

    /// <summary>Those that a guest does not have already, in PEM form; empty when there are none.</summary>
    /// <param name="configured">Certificates that the host is told to trust.</param>
    public static string ForGuests(X509Certificate2Collection configured)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var bundle in SystemBundles.Where(File.Exists))
            known.UnionWith(Read(bundle).Select(c => c.Thumbprint));
        var local = LocalDirectories.Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, "*.crt", SearchOption.AllDirectories)).SelectMany(Read);
        var text = new StringBuilder();
        foreach (var certificate in configured.Where(c => !known.Contains(c.Thumbprint)).Concat(local).DistinctBy(c => c.Thumbprint))
            text.Append(certificate.ExportCertificatePem()).Append('\n');
        return text.ToString();
    }

    private static X509Certificate2Collection Read(string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Not a certificate, or not for our eyes: nothing that the system trusts.
        }

        return certificates;
    }
}
