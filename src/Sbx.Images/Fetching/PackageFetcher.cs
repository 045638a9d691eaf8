using Sbx.Api.Errors;
using Sbx.Images.Cache;
using Sbx.Images.Payloads;

namespace Sbx.Images.Fetching;

/// <summary>Brings one package into the cache: asks the sources in order, checks its hash, unpacks it beside its place, renames.</summary>
internal sealed class PackageFetcher(ImageStoreOptions options)
{
    private readonly record struct Failure(string Source, Exception Error);

    /// <exception cref="SbxException">No source has it, none could be reached, or what they have is not it.</exception>
    public async Task<string> FetchAsync(
        PayloadPackage package, string family, string directory, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        RequireSpace(package, family);
        var failures = new List<Failure>();
        var asked = new List<string>();
        foreach (var source in PackageSources.All(options))
        {
            asked.Add(source.Name);
            try
            {
                var part = Path.Combine(family, package.Version + ".part");
                var opened = await source.OpenAsync(package, part, progress, cancellationToken).ConfigureAwait(false);
                if (opened is null)
                    continue;
                await using (opened.ConfigureAwait(false))
                {
                    await PackageHash.RequireAsync(opened, package, cancellationToken).ConfigureAwait(false);
                    await UnpackAsync(opened, package, directory, progress, cancellationToken).ConfigureAwait(false);
                }

                File.Delete(part);
                return directory;
            }
            catch (WrongContentException e)
            {
                // Nothing wrong is kept, or a later attempt would continue it.
                File.Delete(Path.Combine(family, package.Version + ".part"));
                failures.Add(new(source.Name, e));
            }
            catch (SourceException e)
            {
                failures.Add(new(source.Name, e));
            }
        }

        throw Explain(package, asked, failures);
    }

    private async Task UnpackAsync(
        FileStream stream, PayloadPackage package, string directory, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        var temporary = directory + ".tmp-" + Guid.NewGuid().ToString("n")[..8];
        try
        {
            Directory.CreateDirectory(temporary);
            var manifest = await new PackageUnpacker(package, progress).UnpackAsync(stream, temporary, cancellationToken).ConfigureAwait(false);
            VerifiedStamp.Write(temporary, package.Digest, manifest);
            Directory.Move(temporary, directory);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    private void RequireSpace(PayloadPackage package, string family)
    {
        var needed = package.Size + package.UnpackedSize;
        if (options.FreeSpace(family) < needed)
            throw DiskFull.Error(options.CacheDirectory, needed);
    }

    private static SbxException Explain(PayloadPackage package, List<string> asked, List<Failure> failures)
    {
        var what = $"{package.Id} {package.Version}";
        if (failures.Find(static f => f.Error is WrongContentException) is { Error: not null } wrong)
        {
            return new SbxException(
                ErrorCode.Image, $"{what} from {wrong.Source} is not the package this sbx belongs with: {wrong.Error.Message}",
                "Do not use that source, or reinstall sbx; nothing of the package was kept.", wrong.Error);
        }

        if (failures.Count > 0)
        {
            return new SbxException(
                ErrorCode.Image, $"{what} could not be fetched from {failures[0].Source}: {failures[0].Error.Message}",
                $"Try again when the source can be reached (the download continues), or set {ImageStoreOptions.SourceVariable} to a folder with the package.", failures[0].Error);
        }

        return new SbxException(
            ErrorCode.Image, asked.Count == 0 ? $"{what} is needed, and no package source is configured." : $"{what} is on none of the package sources: {string.Join(", ", asked)}",
            $"Add its source with 'dotnet nuget add source', or set {ImageStoreOptions.SourceVariable} to a folder with the package.");
    }
}
