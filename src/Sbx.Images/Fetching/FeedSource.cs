using NuGet.Common;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;
using Sbx.Images.Payloads;

namespace Sbx.Images.Fetching;

/// <summary>
/// A NuGet v3 feed. Packages come from its package content resource
/// (https://learn.microsoft.com/nuget/api/package-base-address-resource) by range requests, so that a broken download continues.
/// </summary>
internal sealed class FeedSource(SourceRepository repository, ImageStoreOptions options) : IPackageSource
{
    public string Name => Uri.TryCreate(repository.PackageSource.Source, UriKind.Absolute, out var uri)
        ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : repository.PackageSource.Name;

    public async Task<FileStream?> OpenAsync(PayloadPackage package, string partPath, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        var (address, http) = await LocateAsync(package, cancellationToken).ConfigureAwait(false);
        var download = new ResumableDownload(http, address, package, options);
        return await download.RunAsync(partPath, progress, cancellationToken).ConfigureAwait(false)
            ? new FileStream(partPath, FileMode.Open, FileAccess.Read, FileShare.Read)
            : null;
    }

    private async Task<(Uri Address, HttpSource Http)> LocateAsync(PayloadPackage package, CancellationToken cancellationToken)
    {
        try
        {
            var index = await repository.GetResourceAsync<ServiceIndexResourceV3>(cancellationToken).ConfigureAwait(false);
            var folder = index?.GetServiceEntryUri(ServiceTypes.PackageBaseAddress) ?? throw new SourceException("it is not a NuGet v3 feed with package content");
            var http = await repository.GetResourceAsync<HttpSourceResource>(cancellationToken).ConfigureAwait(false);
            var id = package.Id.ToLowerInvariant();
            var version = package.Version.ToLowerInvariant();
            return (new Uri($"{folder.AbsoluteUri.TrimEnd('/')}/{id}/{version}/{id}.{version}.nupkg"), http!.HttpSource);
        }
        catch (Exception e) when (e is FatalProtocolException or HttpRequestException or IOException or TimeoutException)
        {
            throw new SourceException(Innermost(e), e);
        }
    }

    internal static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
            error = inner;
        return error.Message;
    }
}
