using System.Runtime.InteropServices;

namespace Sbx.Machines.Qemu;

/// <summary>
/// The descriptors that one QEMU inherits. It gets files and sockets this way only, so it needs access to no path at all,
/// and no socket of a machine has a name in the file system.
/// </summary>
internal sealed class QemuDescriptors : IDisposable
{
    private readonly List<SafeHandle> _sources = [];
    private int? _first;

    /// <summary>Numbers given out: above all sources, so that setting one in the child never overwrites another.</summary>
    public IReadOnlyList<(int Source, int Target)> Map => [.. _sources.Select((source, i) => (Number(source), First + i))];

    private int First => _first ??= Math.Max(10, _sources.Max(Number)) + 1;

    /// <summary>Adds a descriptor; owned from now on. All are added before the first number is asked for.</summary>
    public T Add<T>(T handle)
        where T : SafeHandle
    {
        if (_first is not null)
            throw new InvalidOperationException("numbers were given out already");
        _sources.Add(handle);
        return handle;
    }

    /// <summary>Number of an added descriptor in QEMU.</summary>
    public int NumberOf(SafeHandle handle) => First + _sources.IndexOf(handle);

    /// <summary>A path under which QEMU opens the file behind an added descriptor again.</summary>
    public string PathOf(SafeHandle handle) => OperatingSystem.IsLinux() ? $"/proc/self/fd/{NumberOf(handle)}" : $"/dev/fd/{NumberOf(handle)}";

    /// <summary>Closes this process's side of all of them.</summary>
    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
    }

    private static int Number(SafeHandle handle) => (int)handle.DangerousGetHandle();
}
