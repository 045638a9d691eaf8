using System.Runtime.InteropServices;
using Sbx.Api.Errors;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Tests.Terminal;

/// <summary>Raw mode on a real pseudo-terminal.</summary>
public sealed partial class RawModeTests
{
    [Fact]
    public void The_former_mode_comes_back_when_raw_mode_ends()
    {
        var (master, slave) = OpenTerminal();
        try
        {
            var before = Attributes(slave);
            var mode = RawMode.Enter(slave);
            Assert.NotEqual(before, Attributes(slave));
            mode.Dispose();
            Assert.Equal(before, Attributes(slave));
            mode.Dispose();
            Assert.Equal(before, Attributes(slave));
        }
        finally
        {
            Close(slave);
            Close(master);
        }
    }

    [Fact]
    public void Without_echo_a_terminal_still_edits_lines_and_sends_signals_but_shows_nothing()
    {
        var (master, slave) = OpenTerminal();
        try
        {
            var before = Attributes(slave);
            using (RawMode.Hide(slave))
            {
                // c_lflag: ISIG and ICANON stay, ECHO and ECHONL go.
                Assert.Equal(0x3u, BitConverter.ToUInt32(Attributes(slave), 12) & 0x4bu);
                Assert.Equal(before[..12], Attributes(slave)[..12]);
            }

            Assert.Equal(before, Attributes(slave));
        }
        finally
        {
            Close(slave);
            Close(master);
        }
    }

    [Fact]
    public void What_is_no_terminal_cannot_be_raw()
    {
        using var file = File.OpenHandle("/dev/null");
        Assert.Throws<SbxException>(() => RawMode.Enter((int)file.DangerousGetHandle()));
    }

    private static unsafe byte[] Attributes(int fd)
    {
        var bytes = new byte[256];
        fixed (byte* b = bytes)
            Assert.Equal(0, Posix.GetAttributes(fd, b));
        return bytes;
    }

    private static unsafe (int Master, int Slave) OpenTerminal()
    {
        int master, slave;
        Assert.Equal(0, OpenPty(&master, &slave, 0, 0, 0));
        return (master, slave);
    }

    [LibraryImport("libc", EntryPoint = "openpty")]
    private static unsafe partial int OpenPty(int* master, int* slave, nint name, nint termios, nint size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
