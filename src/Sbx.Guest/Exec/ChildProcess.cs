namespace Sbx.Guest.Exec;

/// <summary>A started process and the guest's ends of its standard streams.</summary>
/// <param name="Pid">Its id, which is also its session and process group.</param>
/// <param name="Ended">Its wait status.</param>
/// <param name="Input">Its stdin, or null when that is /dev/null.</param>
/// <param name="Output">Its stdout or terminal.</param>
/// <param name="Error">Its stderr, or null with a terminal.</param>
/// <param name="Terminal">The terminal, or null.</param>
internal sealed record ChildProcess(
    int Pid,
    Task<int> Ended,
    AsyncDescriptor? Input,
    AsyncDescriptor Output,
    AsyncDescriptor? Error,
    PseudoTerminal? Terminal) : IDisposable
{
    public void Dispose()
    {
        Input?.Dispose();
        Output.Dispose();
        Error?.Dispose();
        Terminal?.Dispose();
    }
}
