using Sbx.Secrets.Injection;

namespace Sbx.Secrets.Aws;

/// <summary>Region and service a signature is for.</summary>
/// <param name="Region">Region, such as <c>us-east-1</c>.</param>
/// <param name="Service">Service, such as <c>s3</c>.</param>
internal sealed record AwsScope(string Region, string Service)
{
    /// <summary>Whether the rules of S3 hold: paths encoded once and not normalised, the payload's hash as a header.</summary>
    public bool IsS3 => Service is "s3" or "s3-object-lambda" or "s3express";

    /// <summary>The scope of the guest's own signature.</summary>
    /// <exception cref="SecretException">The request carries none, or one of another form.</exception>
    public static AwsScope Of(SigningRequest request)
    {
        foreach (var (name, value) in request.Headers)
        {
            if (!name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || !value.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
                continue;
            var start = value.IndexOf("Credential=", StringComparison.Ordinal);
            var end = start < 0 ? -1 : value.IndexOf(',', start);
            var parts = start < 0 ? [] : value[(start + 11)..(end < 0 ? value.Length : end)].Trim().Split('/');
            if (parts.Length == 5 && parts[4] == "aws4_request" && IsWord(parts[2]) && IsWord(parts[3]))
                return new AwsScope(parts[2], parts[3]);
        }

        throw new SecretException(
            SecretErrorKind.Invalid, "The request to AWS is not signed by Signature Version 4 in its Authorization header, so its region and service are not known.", "Use an SDK or tool that signs with the placeholder credentials of the sandbox.");
    }

    private static bool IsWord(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
}
