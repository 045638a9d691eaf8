using NuGet.Configuration;
using NuGet.Protocol.Core.Types;

namespace Sbx.Images.Fetching;

/// <summary>The sources to ask, in order: the one of the options, then the user's enabled NuGet sources.</summary>
internal static class PackageSources
{
    public static IEnumerable<IPackageSource> All(ImageStoreOptions options)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var source in Configured(options))
        {
            if (!seen.Add(source.Source))
                continue;
            yield return source.IsLocal
                ? new FolderSource(source.Source)
                : new FeedSource(new SourceRepository(source, Repository.Provider.GetCoreV3()), options);
        }
    }

    private static IEnumerable<PackageSource> Configured(ImageStoreOptions options)
    {
        if (options.ExtraSource is { } extra)
            yield return new PackageSource(IsUrl(extra) ? extra : Path.GetFullPath(extra));
        if (!options.UseConfiguredSources)
            yield break;
        foreach (var source in Load())
            yield return source;
    }

    private static IEnumerable<PackageSource> Load()
    {
        try
        {
            // Without a root only the files of the user and the machine are read, never a workspace's.
            return [.. new PackageSourceProvider(Settings.LoadDefaultSettings(root: null)).LoadPackageSources().Where(static s => s.IsEnabled)];
        }
        catch (NuGetConfigurationException e)
        {
            throw new Api.Errors.SbxException(Api.Errors.ErrorCode.Image, $"The NuGet configuration cannot be read: {e.Message}", "Correct the file; 'dotnet nuget list source' reads the same ones.", e);
        }
    }

    private static bool IsUrl(string source) =>
        source.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
}
