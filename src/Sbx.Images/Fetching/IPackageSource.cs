using Sbx.Images.Payloads;

namespace Sbx.Images.Fetching;

/// <summary>A place that may have packages.</summary>
internal interface IPackageSource
{
    /// <summary>Its path or address without credentials; for people.</summary>
    string Name { get; }

    /// <summary>The package's bytes, not verified yet; null when the source does not have it.</summary>
    /// <param name="package">Which one.</param>
    /// <param name="partPath">Where a download is collected; what is there already is continued.</param>
    /// <param name="progress">Told of a download.</param>
    /// <param name="cancellationToken">Cancels; the part is kept.</param>
    /// <exception cref="SourceException">The source could not be asked.</exception>
    /// <exception cref="WrongContentException">The source offers something of another size.</exception>
    Task<FileStream?> OpenAsync(PayloadPackage package, string partPath, IProgress<ImageProgress>? progress, CancellationToken cancellationToken);
}
