namespace Sbx.Machines.Qemu;

/// <summary>A machine did not start or did not go on; the message says how far it came.</summary>
internal sealed class QemuException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether QEMU ended because another one has the disk; it locks what it writes to.</summary>
    public bool DiskInUse => Message.Contains("\"write\" lock", StringComparison.Ordinal);
}
