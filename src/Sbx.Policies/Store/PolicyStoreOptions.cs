namespace Sbx.Policies.Store;

/// <summary>What a <see cref="PolicyStore"/> works with.</summary>
public sealed record PolicyStoreOptions
{
    /// <summary>Directory of the user's configuration; created when something is written.</summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>Clock for times of creation and for looking at files.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How often files are looked at for changes by hand; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to <see cref="PolicyStore.Reload"/>.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(1);
}
