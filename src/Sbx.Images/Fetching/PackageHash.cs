using System.Security.Cryptography;
using NuGet.Packaging;
using NuGet.Packaging.Core;
using Sbx.Images.Payloads;

namespace Sbx.Images.Fetching;

/// <summary>Checks that a package is the expected one before anything in it is read.</summary>
internal static class PackageHash
{
    /// <exception cref="WrongContentException">It is not.</exception>
    public static async Task RequireAsync(FileStream stream, PayloadPackage package, CancellationToken cancellationToken)
    {
        stream.Position = 0;
        var actual = Convert.ToBase64String(await SHA512.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
        if (actual == package.Sha512)
            return;
        if (stream.Length > package.Size && WithoutSignature(stream, cancellationToken) == package.Sha512)
            return;
        throw new WrongContentException($"its SHA-512 is {actual[..12]}…, not {package.Sha512[..12]}…");
    }

    // Feeds such as nuget.org sign what is pushed to them. NuGet defines the content hash of a signed package as the hash of the
    // package without its signature entry.
    private static string? WithoutSignature(FileStream stream, CancellationToken cancellationToken)
    {
        try
        {
            stream.Position = 0;
            using var reader = new PackageArchiveReader(stream, leaveStreamOpen: true);
            return reader.GetContentHash(cancellationToken, static () => "");
        }
        catch (Exception e) when (e is InvalidDataException or PackagingException or IOException or NuGet.Packaging.Signing.SignatureException)
        {
            return null;
        }
    }
}
