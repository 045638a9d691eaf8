using Sbx.Machines.Accelerators;
using Sbx.Machines.Qemu;

namespace Sbx.Machines.Tests.Qemu;

public sealed class QemuCommandLineTests
{
    private static readonly QemuVersion Old = new("QEMU emulator version 7.2.0", new Version(7, 2, 0));
    private static readonly QemuVersion New = new("QEMU emulator version 8.2.0", new Version(8, 2, 0));
    private static readonly MachineShape Shape = new(2, 1L << 30, 1L << 30);
    private static readonly QemuEndpoints Restore = new() { Qmp = 10, Control = 11, Files = 12, Root = 13, Disk = 14, Ram = "/proc/self/fd/15" };

    [Theory]
    [InlineData("-nodefaults")]
    [InlineData("-no-user-config")]
    [InlineData("-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny")]
    public void A_machine_is_always_confined(string expected) => Assert.Contains(expected, Line(Old, Restore), StringComparison.Ordinal);

    [Theory]
    [InlineData("-netdev")]
    [InlineData("-nic")]
    [InlineData("-virtfs")]
    [InlineData("file:")]
    public void A_machine_has_no_network_card_no_shared_directory_and_no_console_file(string unwanted) =>
        Assert.DoesNotContain(unwanted, Line(Old, Restore with { Kernel = "/k", Initramfs = "/i" }), StringComparison.Ordinal);

    [Fact]
    public void A_restored_machine_writes_into_its_own_copy_of_the_memory()
    {
        Assert.Contains("share=off", Line(Old, Restore), StringComparison.Ordinal);
        Assert.Contains("share=off,readonly=on,rom=off", Line(New, Restore), StringComparison.Ordinal);
        Assert.DoesNotContain("share=on", Line(New, Restore), StringComparison.Ordinal);
    }

    [Fact]
    public void Restoring_loads_no_kernel_and_booting_waits_for_no_state()
    {
        Assert.DoesNotContain("-kernel", Line(Old, Restore), StringComparison.Ordinal);
        Assert.DoesNotContain("-incoming", Line(Old, Restore with { Kernel = "/k", Initramfs = "/i" }), StringComparison.Ordinal);
    }

    private static string Line(QemuVersion version, QemuEndpoints endpoints) =>
        string.Join(' ', QemuCommandLine.Build(version, Accelerator.Kvm, Shape, endpoints));
}
