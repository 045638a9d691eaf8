using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sbx.Secrets.Aws;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Tests.Aws;

/// <summary>
/// Vectors of AWS's published Signature Version 4 test suite (key AKIDEXAMPLE, 2015-08-30) and of its documentation for S3
/// (AKIAIOSFODNN7EXAMPLE, 2013-05-24).
/// </summary>
public sealed class AwsSignerTests
{
    private const string SuiteSecret = "AKIDEXAMPLEXXXXX:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string S3Secret = "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static readonly string EmptyHash = Convert.ToHexStringLower(SHA256.HashData([]));

    // The signature depends on the secret key, date, scope and canonical request, not on the key id.
    [Theory]
    [InlineData("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("GET", "/?Param1=value2&Param1=Value1", "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1")]
    [InlineData("GET", "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197")]
    [InlineData("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f")]
    [InlineData("GET", "//", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("GET", "/example/..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("GET", "/./", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    public async Task The_published_suite_is_signed_as_published(string method, string target, string signature)
    {
        var headers = await SignAsync(SuiteSecret, new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero), method, "example.amazonaws.com", target, "us-east-1/service", [], "");
        Assert.EndsWith($"SignedHeaders=host;x-amz-date, Signature={signature}", headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("20150830T123600Z", headers["X-Amz-Date"]);
    }

    [Theory]
    [InlineData("GET", "/test.txt", "range=bytes=0-9", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("GET", "/?lifecycle", "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("GET", "/?max-keys=2&prefix=J", "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public async Task The_documented_S3_examples_are_signed_as_documented(string method, string target, string header, string signature)
    {
        List<KeyValuePair<string, string>> own = [new("x-amz-content-sha256", EmptyHash)];
        if (header.Length > 0)
            own.Add(new(header.Split('=')[0], header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        var headers = await SignAsync(S3Secret, new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero), method, "examplebucket.s3.amazonaws.com", target, "us-east-1/s3", own, "");
        Assert.EndsWith($"Signature={signature}", headers["Authorization"], StringComparison.Ordinal);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ", headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documented_S3_upload_is_signed_as_documented()
    {
        var body = "Welcome to Amazon S3.";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        List<KeyValuePair<string, string>> own =
        [
            new("date", "Fri, 24 May 2013 00:00:00 GMT"), new("x-amz-storage-class", "REDUCED_REDUNDANCY"), new("x-amz-content-sha256", hash),
        ];
        var headers = await SignAsync(S3Secret, new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero), "PUT", "examplebucket.s3.amazonaws.com", "/test%24file.text", "us-east-1/s3", own, body);
        Assert.EndsWith("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd", headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_token_is_sent_and_signed()
    {
        var headers = await SignAsync(S3Secret + ":the-session-token", DateTimeOffset.UnixEpoch, "GET", "sts.amazonaws.com", "/", "us-east-1/sts", [], "");
        Assert.Equal("the-session-token", headers["X-Amz-Security-Token"]);
        Assert.Contains("x-amz-security-token", headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_body_hash_is_asked_for_unless_the_request_brings_it()
    {
        var signer = Signer(S3Secret, DateTimeOffset.UnixEpoch);
        Assert.True(signer.NeedsBodyHash(Request("POST", "dynamodb.us-east-1.amazonaws.com", "/", "us-east-1/dynamodb", [])));
        Assert.False(signer.NeedsBodyHash(Request("PUT", "b.s3.amazonaws.com", "/k", "us-east-1/s3", [new("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD")])));
        var chunked = Request("PUT", "b.s3.amazonaws.com", "/k", "us-east-1/s3", [new("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")]);
        Assert.Throws<SecretException>(() => signer.NeedsBodyHash(chunked));
        await Assert.ThrowsAsync<SecretException>(async () => await signer.SignAsync(chunked, default, default));
    }

    [Theory]
    [InlineData("Bearer x")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIAPROXYMANAGED0000/20261124/us-east-1/aws4_request, SignedHeaders=host, Signature=0")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIAPROXYMANAGED0000/20261124/us east/s3/aws4_request, SignedHeaders=host, Signature=0")]
    [InlineData("AWS4-HMAC-SHA256 Signature=0")]
    public async Task A_request_whose_scope_is_not_known_is_not_signed(string authorization)
    {
        var request = new SigningRequest("GET", "b.s3.amazonaws.com", "/", [new("Authorization", authorization)]);
        await Assert.ThrowsAsync<SecretException>(async () => await Signer(S3Secret, DateTimeOffset.UnixEpoch).SignAsync(request, SHA256.HashData([]), default));
    }

    [Theory]
    [InlineData("no-colon-anywhere-here")]
    [InlineData("short:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")]
    [InlineData("AKIAIOSFODNN7EXAMPLE:short")]
    [InlineData("akiaiosfodnn7example:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")]
    [InlineData("AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY:")]
    public void Other_texts_are_not_taken_for_AWS_credentials(string text)
    {
        using var value = SecretValue.FromText(text);
        var error = Assert.Throws<SecretException>(() => AwsCredential.Parse(value));
        Assert.DoesNotContain(text, error.Message, StringComparison.Ordinal);
    }

    private static ICredentialSigner Signer(string secret, DateTimeOffset now)
    {
        var value = SecretValue.FromText(secret);
        return AwsSigner.Create(new SecretMaterial(value, "global", MaskForms.Of(value)), new FakeTimeProvider(now));
    }

    private static SigningRequest Request(string method, string host, string target, string scope, IEnumerable<KeyValuePair<string, string>> headers)
        => new(method, host, target, [.. headers, new("Authorization", $"AWS4-HMAC-SHA256 Credential=AKIAPROXYMANAGED0000/20261124/{scope}/aws4_request, SignedHeaders=host, Signature=0"), new("User-Agent", "x")]);

    private static async Task<Dictionary<string, string>> SignAsync(
        string secret, DateTimeOffset now, string method, string host, string target, string scope, IEnumerable<KeyValuePair<string, string>> headers, string body)
    {
        var written = await Signer(secret, now).SignAsync(Request(method, host, target, scope, headers), SHA256.HashData(Encoding.UTF8.GetBytes(body)), default);
        return written.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase);
    }
}
