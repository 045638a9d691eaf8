using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Exec;

/// <summary>Both ends of a process's standard streams. Disposing closes what <see cref="ToProcess"/> has not handed over.</summary>
internal sealed unsafe class ChildStreams : IDisposable
{
    private readonly List<int> _childEnds = [];
    private readonly PseudoTerminal? _terminal;
    private int _input = -1;
    private int _output = -1;
    private int _error = -1;
    private bool _isHandedOver;

    public ChildStreams(ExecRequest request, int uid)
    {
        try
        {
            if (request.Terminal)
            {
                _terminal = PseudoTerminal.Open(uid, request.Columns, request.Rows, out var slave);
                _childEnds.Add(slave);
                ChildInput = ChildOutput = ChildError = slave;
                _output = _terminal.Duplicate();
                _input = _terminal.Duplicate();
                return;
            }

            (ChildInput, _input) = request.Stdin ? Pipe(childReads: true) : (OpenNull(), -1);
            (ChildOutput, _output) = Pipe(childReads: false);
            (ChildError, _error) = Pipe(childReads: false);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int ChildInput { get; }

    public int ChildOutput { get; }

    public int ChildError { get; }

    public ChildProcess ToProcess(int pid, Task<int> ended, DescriptorEvents events)
    {
        _isHandedOver = true;
        var mode = _terminal is null ? Libc.OReadOnly : Libc.OReadWrite;
        return new ChildProcess(
            pid,
            ended,
            _input < 0 ? null : new AsyncDescriptor(_input, events, _terminal is null ? Libc.OWriteOnly : Libc.OReadWrite),
            new AsyncDescriptor(_output, events, mode),
            _error < 0 ? null : new AsyncDescriptor(_error, events, mode),
            _terminal);
    }

    public void Dispose()
    {
        foreach (var descriptor in _childEnds)
            _ = Libc.Close(descriptor);
        _childEnds.Clear();
        if (_isHandedOver)
            return;
        foreach (var descriptor in (ReadOnlySpan<int>)[_input, _output, _error])
        {
            if (descriptor >= 0)
                _ = Libc.Close(descriptor);
        }

        _input = _output = _error = -1;
        _terminal?.Dispose();
    }

    private int OpenNull()
    {
        var descriptor = Descriptor.Open("/dev/null", Libc.OReadOnly);
        _childEnds.Add(descriptor);
        return descriptor;
    }

    private (int Child, int Own) Pipe(bool childReads)
    {
        var ends = stackalloc int[2];
        SyscallException.Check(Libc.Pipe2(ends, Libc.OCloseOnExec), "pipe");
        _childEnds.Add(childReads ? ends[0] : ends[1]);
        return childReads ? (ends[0], ends[1]) : (ends[1], ends[0]);
    }
}
