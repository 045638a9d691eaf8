using Sbx.Guest.Native;

namespace Sbx.Guest.Exec;

/// <summary>The master side of a pseudo-terminal.</summary>
internal sealed unsafe class PseudoTerminal : IDisposable
{
    private const nuint Unlock = 0x40045431;
    private const nuint OpenPeer = 0x5441;
    private const nuint SetWindowSize = 0x5414;
    private const nuint GetForegroundGroup = 0x540F;
    private const int DuplicateCloseOnExec = 1030;
    private const int TerminalGroup = 5;
    private readonly Lock _gate = new();
    private int _master;

    private PseudoTerminal(int master) => _master = master;

    /// <summary>Opens a pair; the slave belongs to the user and is closed by the caller.</summary>
    public static PseudoTerminal Open(int uid, int columns, int rows, out int slave)
    {
        var terminal = new PseudoTerminal(Descriptor.Open("/dev/ptmx", Libc.OReadWrite | Libc.ONoCtty));
        try
        {
            var locked = 0;
            SyscallException.Check(Libc.IoControl(terminal._master, Unlock, &locked), "unlock a terminal");
            terminal.Resize(columns, rows);
            slave = SyscallException.Check(
                Libc.IoControl(terminal._master, OpenPeer, (nint)(Libc.OReadWrite | Libc.ONoCtty | Libc.OCloseOnExec)), "open a terminal");
            _ = Libc.ChangeOwner(slave, uid, TerminalGroup);
            return terminal;
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    /// <summary>Another descriptor of the master.</summary>
    public int Duplicate() => SyscallException.Check(Libc.FileControl(_master, DuplicateCloseOnExec, 3), "duplicate a terminal");

    public void Resize(int columns, int rows)
    {
        var size = new WindowSize { Columns = (ushort)Math.Clamp(columns, 1, ushort.MaxValue), Rows = (ushort)Math.Clamp(rows, 1, ushort.MaxValue) };
        lock (_gate)
        {
            if (_master >= 0)
                _ = Libc.IoControl(_master, SetWindowSize, &size);
        }
    }

    /// <summary>The process group in the foreground, or 0.</summary>
    public int ForegroundGroup()
    {
        var group = 0;
        lock (_gate)
            return _master >= 0 && Libc.IoControl(_master, GetForegroundGroup, &group) == 0 ? group : 0;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_master >= 0)
                _ = Libc.Close(_master);
            _master = -1;
        }
    }
}
