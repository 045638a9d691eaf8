using Sbx.Guest.Native;

namespace Sbx.Guest.Power;

/// <summary>Ends the machine. A reboot, because the microvm has no power button: QEMU runs with -no-reboot and exits.</summary>
internal static class PowerSwitch
{
    private const int Restart = 0x01234567;

    public static void Off()
    {
        _ = Libc.Reboot(Restart);
        // Process 1 must not end, whatever happens.
        Thread.Sleep(Timeout.Infinite);
    }
}
