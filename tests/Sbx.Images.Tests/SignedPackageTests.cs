using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NuGet.Common;
using NuGet.Packaging.Signing;
using Sbx.Api.Errors;
using Sbx.Images.Tests.Support;

namespace Sbx.Images.Tests;

public sealed class SignedPackageTests
{
    [Fact]
    public async Task A_signature_that_a_feed_added_does_not_make_it_another_package()
    {
        var package = TestPackage.Template();
        using var test = new TestStore(TestPackage.Guest(), package);
        await SignInFeedAsync(test, package);
        Assert.Equal(package.Entry.Digest, (await test.Store.GetTemplateAsync("shell", null, CancellationToken.None)).Digest);
    }

    [Fact]
    public async Task A_signature_does_not_make_another_package_the_expected_one()
    {
        using var test = new TestStore(TestPackage.Guest(), TestPackage.Template());
        await SignInFeedAsync(test, TestPackage.Template(size: (1 << 20) + 1));
        var error = await Assert.ThrowsAsync<SbxException>(() => test.Store.GetTemplateAsync("shell", null, CancellationToken.None));
        Assert.Equal(ErrorCode.Image, error.Code);
    }

    private static async Task SignInFeedAsync(TestStore test, TestPackage package)
    {
        var path = Path.Combine(test.Feed, $"{package.Entry.Id}.{package.Entry.Version}.nupkg");
        var unsigned = Path.Combine(test.Root, "unsigned.nupkg");
        await File.WriteAllBytesAsync(unsigned, package.Bytes);
        File.Delete(path);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=a feed", key, System.Security.Cryptography.HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.3")], critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var options = SigningOptions.CreateFromFilePaths(unsigned, path, overwrite: true, new X509SignatureProvider(timestampProvider: null), NullLogger.Instance);
        using var signing = new AuthorSignPackageRequest(certificate, NuGet.Common.HashAlgorithmName.SHA256);
        await SigningUtility.SignAsync(options, signing, CancellationToken.None);
        Assert.NotEqual(package.Bytes.Length, new FileInfo(path).Length);
    }
}
