using System.Runtime.InteropServices;
using Sbx.Api.Errors;

namespace Sbx.Tool.Terminal;

/// <summary>
/// A terminal in raw mode (every key goes through as bytes), or with its echo off. The former mode comes back on dispose and, should an exception
/// or signal end the process first, at its exit.
/// </summary>
internal sealed unsafe class RawMode : IDisposable
{
    // struct termios has 60 bytes on Linux and 72 on macOS; it is never looked into, so room for any is enough.
    private const int TermiosRoom = 256;

    private readonly int _fd;
    private readonly byte[] _saved;
    private int _restored;

    private RawMode(int fd, byte[] saved)
    {
        _fd = fd;
        _saved = saved;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <exception cref="SbxException">The descriptor is no terminal, or its mode cannot be changed.</exception>
    public static RawMode Enter(int fd) => OperatingSystem.IsWindows()
        ? throw new SbxException(ErrorCode.HostPrerequisite, "interactive sessions need a Unix terminal", "run sbx inside WSL")
        : Change(fd, &Posix.MakeRaw);

    /// <summary>Switches the echo off, that of the line end too; lines are edited and signals sent as before.</summary>
    /// <exception cref="SbxException">The descriptor is no terminal, or its mode cannot be changed.</exception>
    public static RawMode Hide(int fd) => OperatingSystem.IsWindows()
        ? throw new SbxException(ErrorCode.HostPrerequisite, "asking without echo needs a Unix terminal", "pipe the value in, or run sbx inside WSL")
        : Change(fd, &SwitchEchoOff);

    private static RawMode Change(int fd, delegate*<byte*, void> change)
    {
        var saved = new byte[TermiosRoom];
        var raw = new byte[TermiosRoom];
        fixed (byte* s = saved, r = raw)
        {
            if (Posix.GetAttributes(fd, s) != 0)
                throw Failed();
            saved.CopyTo(raw, 0);
            change(r);
            var mode = new RawMode(fd, saved);
            if (Posix.SetAttributes(fd, Posix.TcsaDrain, r) == 0)
                return mode;
            var failure = Failed();
            mode.Dispose();
            throw failure;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _restored, 1) != 0)
            return;
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        fixed (byte* s = _saved)
        {
            while (Posix.SetAttributes(_fd, Posix.TcsaFlush, s) != 0 && Marshal.GetLastPInvokeError() == Posix.Eintr)
            {
            }
        }
    }

    // c_lflag is the fourth field of struct termios, of 4 bytes each on Linux and 8 on macOS; ECHO is 8 in both, ECHONL is not.
    private static void SwitchEchoOff(byte* termios)
    {
        if (OperatingSystem.IsMacOS())
            ((ulong*)termios)[3] &= ~0x18ul;
        else
            ((uint*)termios)[3] &= ~0x48u;
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();

    private static SbxException Failed() => new(
        ErrorCode.Failed, $"the terminal cannot be switched to raw mode: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}", "run without -t");
}
