namespace Sbx.Machines.Qemu;

/// <summary>A machine did not start or did not go on; the message says how far it came.</summary>
internal sealed class QemuException(string message, Exception? inner = null) : Exception(message, inner);
