using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sbx.Bench.Egress;

/// <summary>A root and a server certificate for the origin, kept in files so that all processes of a run share them.</summary>
internal static class BenchCertificates
{
    public const string Host = "bench.example";

    public static void Create(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(Path.Combine(directory, "root.pem"), root.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(directory, "root-with-key.pem"), key.ExportPkcs8PrivateKeyPem() + "\n" + root.ExportCertificatePem() + "\n");

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=" + Host, serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        names.AddDnsName("localhost");
        server.CertificateExtensions.Add(names.Build());
        using var signed = server.Create(root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(serverKey);
        File.WriteAllBytes(Path.Combine(directory, "server.pfx"), whole.Export(X509ContentType.Pkcs12));
    }

    public static X509Certificate2 Server(string directory) => X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(directory, "server.pfx"), null);

    public static X509Certificate2Collection Roots(string directory)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(Path.Combine(directory, "root.pem"));
        return roots;
    }
}
