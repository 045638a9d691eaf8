using System.Runtime.InteropServices;
using Sbx.Guest.Native;

namespace Sbx.Guest.Channel;

/// <summary>Tells whether the host has opened its end of a virtio-serial port.</summary>
internal static unsafe class PortConnection
{
    private const uint In = 0x1;
    private const uint Out = 0x4;
    private const uint HangUp = 0x10;
    private const uint EdgeTriggered = 1u << 31;

    /// <summary>
    /// Waits for the host. A port without a host reports a hang-up all the time, so a plain poll would spin; edge-triggered
    /// epoll sleeps until the driver wakes its queue, which it does when the host connects.
    /// </summary>
    public static void Wait(int port)
    {
        var epoll = SyscallException.Check(Libc.EpollCreate(Libc.OCloseOnExec), "epoll_create");
        try
        {
            var interest = new EpollEvent { Events = In | Out | EdgeTriggered };
            SyscallException.Check(Libc.EpollControl(epoll, 1, port, &interest), "watch the port");
            while (true)
            {
                EpollEvent found;
                var count = Libc.EpollWait(epoll, &found, 1, -1);
                if (count < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
                    throw SyscallException.Last("wait for the host");
                if (count > 0 && (found.Events & HangUp) == 0)
                    return;
            }
        }
        finally
        {
            _ = Libc.Close(epoll);
        }
    }
}
