namespace Sbx.Machines.Qmp;

/// <summary>QEMU refused a command, or its control connection broke.</summary>
internal sealed class QmpException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether QEMU answered and said no; otherwise the connection is over.</summary>
    public bool Refused { get; init; }
}
