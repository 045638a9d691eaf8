using Sbx.Guest.Calls;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Identity;

/// <summary>Adds the sandbox's own certificate authority, and those of its host, to the system's bundle.</summary>
internal static class TrustedCertificates
{
    private const int Readable = 0x1A4; // 0644
    private const string Bundle = "/etc/ssl/certs/ca-certificates.crt";
    private const string LocalDirectory = "/usr/local/share/ca-certificates";
    private const string Begin = "-----BEGIN CERTIFICATE-----";

    /// <exception cref="CallException">The text is no PEM certificate.</exception>
    public static void Add(string? pem)
    {
        if (pem is null)
            return;
        var certificate = pem.Trim() + "\n";
        if (!certificate.StartsWith(Begin, StringComparison.Ordinal))
            throw new CallException(GuestErrorCodes.BadRequest, "the trusted certificate is not PEM");
        Directory.CreateDirectory(LocalDirectory);
        Directory.CreateDirectory("/etc/ssl/certs");
        // update-ca-certificates rebuilds the bundle from here, so the certificate survives it.
        var former = AccountFile.Read($"{LocalDirectory}/sbx.crt");
        AccountFile.Replace($"{LocalDirectory}/sbx.crt", certificate, Readable);
        var bundle = AccountFile.Read(Bundle);
        // Every start has an authority of its own; that of the one before signs nothing any more.
        if (former.Length > 0 && former != certificate)
            bundle = bundle.Replace(former, string.Empty, StringComparison.Ordinal);
        if (!bundle.Contains(certificate, StringComparison.Ordinal))
            AccountFile.Replace(Bundle, (bundle.Length == 0 || bundle.EndsWith('\n') ? bundle : bundle + "\n") + certificate, Readable);
    }
}
