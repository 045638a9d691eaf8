using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sbx.Egress.Tls;

/// <summary>
/// The certificate authority of one sandbox. Its key (ECDSA P-256) exists in this process's memory only and signs nothing but TLS
/// server certificates (path length 0, key usage certificate signing, extended key usage server authentication). Every host may
/// need a refusal inside TLS, so the names it may sign are not narrowed further. Thread-safe.
/// </summary>
public sealed class SandboxAuthority : IDisposable
{
    private static readonly TimeSpan Skew = TimeSpan.FromDays(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    private readonly ECDsa _key;
    private readonly ECDsa _leafKey;
    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _time;

    private SandboxAuthority(ECDsa key, ECDsa leafKey, X509Certificate2 certificate, TimeProvider time)
    {
        (_key, _leafKey, _certificate, _time) = (key, leafKey, certificate, time);
        CertificatePem = certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>The certificate in PEM form, for the guest to trust.</summary>
    public string CertificatePem { get; }

    /// <summary>Makes a new authority with fresh keys.</summary>
    /// <param name="sandboxName">Stands in the subject, for people who look at the guest's trust store.</param>
    /// <param name="time">Clock for the validity period.</param>
    public static SandboxAuthority Create(string sandboxName, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(sandboxName);
        ArgumentNullException.ThrowIfNull(time);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName("sbx");
        subject.AddCommonName($"sbx CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))} {(sandboxName.Length > 40 ? sandboxName[..40] : sandboxName)}");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        using var created = request.CreateSelfSigned(now - Skew, now + Lifetime);
        return new SandboxAuthority(key, ECDsa.Create(ECCurve.NamedCurves.nistP256), X509CertificateLoader.LoadCertificate(created.RawData), time);
    }

    /// <summary>Signs a server certificate for a host. All certificates of a sandbox share one key, which saves making one per host.</summary>
    internal X509Certificate2 Sign(Sbx.Policies.Hosts.HostName host)
    {
        // The common name holds at most 64 characters (RFC 5280, ub-common-name); clients read the alternative name.
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(host.Value.Length > 64 ? host.Value[..64] : host.Value);
        var request = new CertificateRequest(subject.Build(), _leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (host.IsAddress)
            names.AddIpAddress(host.Address.ToIPAddress());
        else
            names.AddDnsName(host.Value);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        var now = _time.GetUtcNow();
        var until = now + TimeSpan.FromDays(30);
        if (until > _certificate.NotAfter)
            until = _certificate.NotAfter;
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7f;
        using var signed = request.Create(_certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now - Skew, until, serial);
        return signed.CopyWithPrivateKey(_leafKey);
    }

    /// <summary>Drops the keys.</summary>
    public void Dispose()
    {
        _key.Dispose();
        _leafKey.Dispose();
        _certificate.Dispose();
    }
}
