namespace Sbx.Machines.Accelerators;

/// <summary>Ways in which QEMU runs a guest's instructions.</summary>
public enum Accelerator
{
    /// <summary>Emulation; works everywhere, slowest.</summary>
    Tcg,

    /// <summary>Linux's kernel virtual machine.</summary>
    Kvm,

    /// <summary>macOS's Hypervisor.framework.</summary>
    Hvf,

    /// <summary>Windows's hypervisor platform.</summary>
    Whpx,
}

/// <summary>Facts of each <see cref="Accelerator"/>.</summary>
internal static class Accelerators
{
    /// <summary>Translated code kept by TCG, in MiB. Its default is up to 1 GiB, and what is touched once stays allocated.</summary>
    private const int TranslationBufferMiB = 128;

    /// <summary>Hardware accelerators that this host could have, best first.</summary>
    public static IReadOnlyList<Accelerator> Candidates()
    {
        // The guest is x86-64: another processor can only emulate it.
        if (System.Runtime.InteropServices.RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64)
            return [];
        if (OperatingSystem.IsLinux())
            return [Accelerator.Kvm];
        if (OperatingSystem.IsMacOS())
            return [Accelerator.Hvf];
        return OperatingSystem.IsWindows() ? [Accelerator.Whpx] : [];
    }

    /// <summary>Name as QEMU writes it.</summary>
    public static string Name(this Accelerator accelerator) => accelerator switch
    {
        Accelerator.Kvm => "kvm",
        Accelerator.Hvf => "hvf",
        Accelerator.Whpx => "whpx",
        _ => "tcg",
    };

    /// <summary>Value of QEMU's -accel.</summary>
    public static string Option(this Accelerator accelerator) =>
        accelerator == Accelerator.Tcg ? $"tcg,thread=multi,tb-size={TranslationBufferMiB}" : accelerator.Name();

    /// <summary>Value of QEMU's -cpu.</summary>
    public static string Cpu(this Accelerator accelerator) =>
        // Five-level paging costs a level of every emulated page walk and no guest has that much memory.
        accelerator == Accelerator.Tcg ? "max,la57=off" : "host";
}
