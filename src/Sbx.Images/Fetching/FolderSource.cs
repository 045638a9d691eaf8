using NuGet.Common;
using NuGet.Packaging.Core;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;
using NuGet.Versioning;
using Sbx.Images.Payloads;

namespace Sbx.Images.Fetching;

/// <summary>A folder of packages, flat or in NuGet's v3 layout. The package is read where it lies.</summary>
internal sealed class FolderSource(string folder) : IPackageSource
{
    public string Name => folder;

    public async Task<FileStream?> OpenAsync(PayloadPackage package, string partPath, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(folder))
                return null;
            var resource = await Repository.Factory.GetCoreV3(folder).GetResourceAsync<FindLocalPackagesResource>(cancellationToken).ConfigureAwait(false);
            var found = resource?.GetPackage(new PackageIdentity(package.Id, NuGetVersion.Parse(package.Version)), NullLogger.Instance, cancellationToken);
            return found is null ? null : new FileStream(found.Path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FatalProtocolException or InvalidDataException)
        {
            throw new SourceException(e.Message, e);
        }
    }
}
