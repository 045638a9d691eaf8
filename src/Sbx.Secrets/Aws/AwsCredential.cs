using Sbx.Secrets.Values;

namespace Sbx.Secrets.Aws;

/// <summary>
/// AWS security credentials, stored as one line: <c>ACCESS_KEY_ID:SECRET_ACCESS_KEY</c> or with <c>:SESSION_TOKEN</c> behind. Owns its
/// values; dispose it.
/// </summary>
internal sealed class AwsCredential : IDisposable
{
    private AwsCredential(string accessKeyId, SecretValue secretKey, SecretValue? sessionToken)
    {
        AccessKeyId = accessKeyId;
        SecretKey = secretKey;
        SessionToken = sessionToken;
    }

    /// <summary>The key id; not secret, it is sent with every request.</summary>
    public string AccessKeyId { get; }

    public SecretValue SecretKey { get; }

    public SecretValue? SessionToken { get; }

    /// <exception cref="SecretException">It has another form.</exception>
    public static AwsCredential Parse(SecretValue value)
    {
        var bytes = value.Bytes;
        var first = bytes.IndexOf((byte)':');
        if (first is < 16 or > 128 || bytes[..first].ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8))
            throw Invalid();
        var rest = bytes[(first + 1)..];
        var second = rest.IndexOf((byte)':');
        var secret = second < 0 ? rest : rest[..second];
        var token = second < 0 ? [] : rest[(second + 1)..];
        if (secret.Length < 16 || (second >= 0 && token.IsEmpty))
            throw Invalid();
        return new AwsCredential(
            System.Text.Encoding.ASCII.GetString(bytes[..first]), SecretValue.FromBytes(secret), token.IsEmpty ? null : SecretValue.FromBytes(token));
    }

    public void Dispose()
    {
        SecretKey.Dispose();
        SessionToken?.Dispose();
    }

    private static SecretException Invalid()
        => new(SecretErrorKind.Invalid, "The value is not an AWS credential.", "Give ACCESS_KEY_ID:SECRET_ACCESS_KEY, with :SESSION_TOKEN behind for a temporary one.");
}
