namespace Sbx.Machines.Qemu;

/// <summary>
/// Lets a machine go on that QEMU paused because the host's disk is full. Pausing loses nothing, where an error would make
/// the guest's file system read-only; the write is tried again until there is space.
/// </summary>
internal static class DiskFullWatch
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>Tries once after a while; QEMU reports again when it does not help.</summary>
    public static void Start(QemuProcess process, QemuDriverOptions options)
    {
        options.Log($"machine process {process.Id} is paused: the host could not write its disk, probably because it is full; trying again every {Retry.TotalSeconds:0} s");
        _ = ContinueAsync(process, options);
    }

    private static async Task ContinueAsync(QemuProcess process, QemuDriverOptions options)
    {
        try
        {
            await Task.Delay(Retry, options.TimeProvider, CancellationToken.None).ConfigureAwait(false);
            await process.ContinueAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (QemuException)
        {
            // The machine has ended meanwhile.
        }
    }
}
