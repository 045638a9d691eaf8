namespace Sbx.Machines.Qemu;

/// <summary>Finds the host's QEMU once, and again when its file was replaced. Thread-safe.</summary>
/// <param name="options">Where to look.</param>
internal sealed class HostDetection(QemuDriverOptions options)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private QemuHost? _host;
    private (string Path, DateTime Written, long Length) _stamp;

    /// <summary>The QEMU of this host.</summary>
    /// <exception cref="Sbx.Api.Errors.SbxException">HostPrerequisite: it is missing, too old, or does not run.</exception>
    public async Task<QemuHost> HostAsync(CancellationToken cancellationToken)
    {
        var binary = new FileInfo(QemuHost.Find(options.QemuBinary));
        var stamp = (binary.FullName, binary.LastWriteTimeUtc, binary.Length);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_host is null || _stamp != stamp)
            {
                _host = await QemuHost.DetectAsync(binary.FullName, options.TimeProvider, cancellationToken).ConfigureAwait(false);
                _stamp = stamp;
                options.Log($"{_host.Version.Text}; confinement: {_host.Confinement.Description}");
            }

            return _host;
        }
        finally
        {
            _gate.Release();
        }
    }
}
