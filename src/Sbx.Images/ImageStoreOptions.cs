using Sbx.Api;

namespace Sbx.Images;

/// <summary>Where images are kept and where they come from. Immutable.</summary>
public sealed record ImageStoreOptions
{
    /// <summary>Variable that names one more package source, asked first: a folder or the URL of a NuGet v3 index.</summary>
    public const string SourceVariable = "SBX_NUGET_SOURCE";

    /// <summary>Variable that names the payload list to use in place of the one beside the program.</summary>
    public const string PayloadsVariable = "SBX_PAYLOADS";

    /// <summary>Absolute path of the directory of unpacked images; made when needed, mode 0700.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Absolute path of <c>payloads.json</c>: the packages this build of sbx belongs with, and their hashes.</summary>
    public required string PayloadsPath { get; init; }

    /// <summary>Source asked before all others: a folder or the URL of a NuGet v3 index; null for none.</summary>
    public string? ExtraSource { get; init; }

    /// <summary>
    /// Whether the sources of the user's NuGet configuration are asked. Only the user's and the machine's files are read, never
    /// one of the current directory: that may be a workspace, and a sandboxed program could have written it.
    /// </summary>
    public bool UseConfiguredSources { get; init; } = true;

    /// <summary>Longest silence of a source during a download.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Wait before a broken download is continued; doubles each time nothing came.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Clock of all waiting.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Free bytes of the file system that holds a directory; replaced by tests only.</summary>
    internal Func<string, long> FreeSpace { get; init; } = static directory => new DriveInfo(directory).AvailableFreeSpace;

    /// <summary>Options of the current user.</summary>
    /// <param name="paths">The user's directories.</param>
    public static ImageStoreOptions FromEnvironment(SbxPaths paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return new ImageStoreOptions
        {
            CacheDirectory = Path.Combine(paths.Cache, "images"),
            PayloadsPath = Environment.GetEnvironmentVariable(PayloadsVariable) is { Length: > 0 } list
                ? Path.GetFullPath(list)
                : Path.Combine(AppContext.BaseDirectory, "payloads.json"),
            ExtraSource = Environment.GetEnvironmentVariable(SourceVariable) is { Length: > 0 } source ? source : null,
        };
    }
}
