using System.Globalization;
using Sbx.Machines.Accelerators;

namespace Sbx.Machines.Qemu;

/// <summary>The guest kernel's command line.</summary>
internal static class GuestBoot
{
    /// <summary>Builds it.</summary>
    /// <param name="accelerator">How the guest runs.</param>
    /// <param name="counterKilohertz">Rate of the time stamp counter; 0 when it is not known or the guest learns it elsewhere.</param>
    public static string CommandLine(Accelerator accelerator, long counterKilohertz)
    {
        var options = new List<string>
        {
            // The console goes to a ring in QEMU's memory; only errors are worth the emulated serial port's time.
            "console=ttyS0", "quiet", "loglevel=3", "8250.nr_uarts=1",
            // A panic or a reboot ends the machine: triple fault, which QEMU takes for the end.
            "panic=-1", "reboot=t",
            // Nothing to look for on buses that are not there.
            "pci=off",
            // A machine that was stopped for a week and restored must not be called a stuck one, nor lose its clock source.
            "tsc=reliable", "no_timer_check", "nowatchdog", "rcupdate.rcu_cpu_stall_suppress=1",
            // The host mixes fresh entropy in at every start; until then the processor's own will do.
            "random.trust_cpu=on",
            // Every machine of one warm image has the same layout, so randomizing it at boot buys nothing but time.
            "nokaslr",
        };
        // Translated code does not speculate along the guest's branches; the work-arounds would only be emulated for nothing.
        if (accelerator == Accelerator.Tcg)
            options.Add("mitigations=off");
        if (counterKilohertz > 0)
            options.Add(string.Create(CultureInfo.InvariantCulture, $"tsc_early_khz={counterKilohertz}"));
        return string.Join(' ', options);
    }
}
