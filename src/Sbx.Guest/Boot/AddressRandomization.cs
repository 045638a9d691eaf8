using System.Runtime.Intrinsics.X86;

namespace Sbx.Guest.Boot;

/// <summary>
/// Under QEMU's translator a program at new addresses is translated anew: with address space randomization each start of a
/// dynamically linked program costs some 2000 translated blocks, 50 ms instead of 15. There it is turned off; with a real
/// processor it stays on.
/// </summary>
internal static class AddressRandomization
{
    private const string Switch = "/proc/sys/kernel/randomize_va_space";

    public static void Adapt()
    {
        if (IsTranslated())
            File.WriteAllText(Switch, "0");
    }

    // The leaf names the hypervisor: "TCGTCGTCGTCG".
    private static bool IsTranslated()
    {
        const int hypervisorLeaf = 0x40000000, tcgt = 0x54474354;
        return X86Base.IsSupported && X86Base.CpuId(hypervisorLeaf, 0) is { Ebx: tcgt };
    }
}
