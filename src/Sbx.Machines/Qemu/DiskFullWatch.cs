namespace Sbx.Machines.Qemu;

/// <summary>
/// Lets a machine go on that QEMU paused because the host's disk is full. Pausing loses nothing, where an error would make
/// the guest's file system read-only; the write is tried again until there is space. Thread-safe.
/// </summary>
internal sealed class DiskFullWatch(QemuProcess process, QemuDriverOptions options)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    private int _waiting;
    private long? _told;

    /// <summary>Tries once after a while; QEMU reports again when it does not help, and reports every write that waits.</summary>
    public void OnPaused()
    {
        if (Interlocked.Exchange(ref _waiting, 1) != 0)
            return;
        // The log lies on that full disk, as likely as not.
        if (_told is not { } last || options.TimeProvider.GetElapsedTime(last) > Quiet)
        {
            _told = options.TimeProvider.GetTimestamp();
            options.Log($"machine process {process.Id} is paused: the host could not write its disk, probably because it is full; trying again every {Retry.TotalSeconds:0} s");
        }

        _ = ContinueAsync();
    }

    private async Task ContinueAsync()
    {
        try
        {
            await Task.Delay(Retry, options.TimeProvider, CancellationToken.None).ConfigureAwait(false);
            Volatile.Write(ref _waiting, 0);
            await process.ContinueAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (QemuException)
        {
            // The machine has ended meanwhile.
        }
    }
}
