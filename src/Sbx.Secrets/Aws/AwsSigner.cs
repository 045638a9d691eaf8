using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sbx.Secrets.Injection;

namespace Sbx.Secrets.Aws;

/// <summary>
/// Signs requests by AWS Signature Version 4 (AWS General Reference, "Signature Version 4 signing process"). The scope (region and
/// service) is taken from the signature the guest made with its placeholder, so that it is right for every service. Thread-safe.
/// </summary>
internal sealed class AwsSigner : ICredentialSigner
{
    private const string Unsigned = "UNSIGNED-PAYLOAD";
    private readonly SecretMaterial _material;
    private readonly TimeProvider _time;

    private AwsSigner(SecretMaterial material, TimeProvider time)
    {
        _material = material;
        _time = time;
    }

    public IReadOnlyList<string> OwnedHeaders { get; } = ["Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"];

    public static AwsSigner Create(SecretMaterial material, TimeProvider time) => new(material, time);

    public bool NeedsBodyHash(SigningRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var hash = Header(request, "X-Amz-Content-Sha256");
        if (hash is null)
            return true;
        if (hash == Unsigned || hash == "STREAMING-UNSIGNED-PAYLOAD-TRAILER" || IsSha256(hash))
            return false;
        // Each chunk of these is signed with the guest's placeholder.
        throw new SecretException(
            SecretErrorKind.Invalid, "A request whose chunks are signed one by one cannot be signed for the sandbox.", "Turn chunk signing off in the SDK (S3: payload_signing_enabled = false).");
    }

    public ValueTask<IReadOnlyList<KeyValuePair<string, string>>> SignAsync(
        SigningRequest request, ReadOnlyMemory<byte> bodyHash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var scope = AwsScope.Of(request);
        var own = Header(request, "X-Amz-Content-Sha256");
        var payload = NeedsBodyHash(request) ? Convert.ToHexStringLower(bodyHash.Span) : own!;
        if (payload.Length == 0)
            throw new ArgumentException("The hash of the body is needed.", nameof(bodyHash));
        using var credential = AwsCredential.Parse(_material.Value);
        var date = _time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

        var written = new List<KeyValuePair<string, string>> { new("X-Amz-Date", date) };
        if (credential.SessionToken is { } token)
            written.Add(new("X-Amz-Security-Token", token.Reveal()));
        // S3 demands the hash as a header; elsewhere it is kept only where the guest sent it.
        if (own is not null || scope.IsS3)
            written.Add(new("X-Amz-Content-Sha256", payload));

        var canonical = AwsCanonicalRequest.Of(request, written, payload, scope.IsS3, out var signedHeaders);
        var credentialScope = $"{date[..8]}/{scope.Region}/{scope.Service}/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{credentialScope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        written.Add(new(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={credential.AccessKeyId}/{credentialScope}, SignedHeaders={signedHeaders}, Signature={Sign(credential, date[..8], scope, toSign)}"));
        return new(written);
    }

    private static string Sign(AwsCredential credential, string day, AwsScope scope, string toSign)
    {
        byte[] key = [.. "AWS4"u8, .. credential.SecretKey.Bytes];
        foreach (var part in (ReadOnlySpan<string>)[day, scope.Region, scope.Service, "aws4_request"])
        {
            var next = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
            CryptographicOperations.ZeroMemory(key);
            key = next;
        }

        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        CryptographicOperations.ZeroMemory(key);
        return signature;
    }

    private static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static string? Header(SigningRequest request, string name)
    {
        string? found = null;
        foreach (var (key, value) in request.Headers)
        {
            if (!key.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null)
                throw new SecretException(SecretErrorKind.Invalid, $"The request has the header {name} twice.", "Send it once.");
            found = value.Trim();
        }

        return found;
    }
}
