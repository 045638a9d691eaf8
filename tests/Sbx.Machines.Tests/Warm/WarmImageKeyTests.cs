using Sbx.Machines.Accelerators;
using Sbx.Machines.Qemu;
using Sbx.Machines.Warm;

namespace Sbx.Machines.Tests.Warm;

public sealed class WarmImageKeyTests
{
    private static readonly QemuVersion Version = QemuVersion.Parse("QEMU emulator version 8.2.2 (Debian 1:8.2.2)")!;
    private static readonly MachineImage Image = new("/k", "/i", "/r", "digest");
    private static readonly MachineShape Shape = new(1, 1L << 30, 20L << 30);

    [Fact]
    public void The_same_machine_has_the_same_key_wherever_its_files_are() =>
        Assert.Equal(Key(), Key(image: Image with { KernelPath = "/elsewhere" }));

    [Fact]
    public void Everything_that_a_restore_depends_on_changes_the_key()
    {
        string[] keys =
        [
            Key(),
            Key(version: QemuVersion.Parse("QEMU emulator version 8.2.2 (Debian 1:8.2.3)")),
            Key(accelerator: Accelerator.Kvm),
            Key(processor: "another"),
            Key(image: Image with { Digest = "other" }),
            Key(shape: Shape with { Cpus = 2 }),
            Key(shape: Shape with { MemoryBytes = 2L << 30 }),
            Key(shape: Shape with { DiskBytes = 10L << 30 }),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Matches("^[0-9a-f]{40}$", key));
    }

    private static string Key(QemuVersion? version = null, Accelerator accelerator = Accelerator.Tcg, string processor = "cpu", MachineImage? image = null, MachineShape? shape = null) =>
        WarmImageKey.Of(version ?? Version, accelerator, processor, image ?? Image, shape ?? Shape);
}
